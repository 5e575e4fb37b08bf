"""The examples in the pages of the modules."""

import doctest
from types import ModuleType

import pytest

import strongroom.pydantic
import strongroom.sqlalchemy


@pytest.mark.parametrize("module", [strongroom.sqlalchemy, strongroom.pydantic])
def test_what_is_shown_is_so(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module)
    assert failed == 0 and tried > 5
