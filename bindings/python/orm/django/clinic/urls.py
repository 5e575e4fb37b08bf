from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

from clinic.models import Patient


def show(request: object, key: str) -> HttpResponse:
    patient = Patient.objects.get(pk=key)
    return HttpResponse(patient.notes)


urlpatterns = [path("admin/", admin.site.urls), path("show/<uuid:key>/", show)]
