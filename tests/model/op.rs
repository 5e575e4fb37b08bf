//! What can be done. The numbers choose among what there is when it is done.

use proptest::prelude::*;

/// One step. Odd `who` is the second handle; a step looks at the store first if `refresh` says so.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) who: usize,
    pub(crate) refresh: bool,
    pub(crate) name: usize,
    pub(crate) op: Op,
}

#[derive(Debug, Clone)]
pub(crate) enum Op {
    Create { shape: usize, deletion_allowed: bool, exportable: bool },
    Import { shape: usize, material: u64, allow_rotation: bool },
    ImportVersion { material: u64 },
    Rotate,
    RotateTo { to: usize },
    Windows { decryption: Option<u32>, encryption: Option<Option<u32>> },
    AllowDeletion,
    MakeExportable,
    Trim { available: u32 },
    Disable,
    Enable,
    Delete,
    Make { version: Option<u32>, context: usize, aad: usize, message: usize },
    Mac { version: Option<u32>, context: usize, message: usize },
    Issue { version: Option<u32>, context: usize, aad: usize, message: usize },
    Index { version: Option<u32>, context: usize, message: usize },
    Read { made: usize, wrong_context: bool, wrong_aad: bool, wrong_message: bool },
    Rewrap { made: usize, wrong_aad: bool },
    Export,
    Info,
    List,
    Backup,
    Restore { backup: usize },
    Refresh,
    Wait,
    Reopen { seal: usize },
    Reseal { seals: u8 },
    AddSeal { seal: usize },
    RemoveSeal { seal: usize },
    RewrapSeal { seal: usize },
}

pub(crate) fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), count)
}

fn step() -> impl Strategy<Value = Step> {
    (0..2usize, prop::bool::weighted(0.4), 0..3usize, op()).prop_map(|(who, refresh, name, op)| Step {
        who,
        refresh,
        name,
        op,
    })
}

fn op() -> impl Strategy<Value = Op> {
    let number = || 1..6u32;
    let wrong = || prop::bool::weighted(0.1);
    let pick = || 0..1000usize;
    prop_oneof![
        6 => (pick(), prop::bool::ANY, prop::bool::ANY).prop_map(|(shape, deletion_allowed, exportable)|
            Op::Create { shape, deletion_allowed, exportable }),
        3 => (pick(), 0..4u64, prop::bool::ANY)
            .prop_map(|(shape, material, allow_rotation)| Op::Import { shape, material, allow_rotation }),
        6 => (0..4u64).prop_map(|material| Op::ImportVersion { material }),
        12 => Just(Op::Rotate),
        2 => pick().prop_map(|to| Op::RotateTo { to }),
        8 => (prop::option::of(number()), prop::option::of(prop::option::of(number())))
            .prop_map(|(decryption, encryption)| Op::Windows { decryption, encryption }),
        3 => Just(Op::AllowDeletion),
        1 => Just(Op::MakeExportable),
        5 => number().prop_map(|available| Op::Trim { available }),
        2 => Just(Op::Disable),
        4 => Just(Op::Enable),
        4 => Just(Op::Delete),
        28 => (prop::option::weighted(0.2, number()), pick(), pick(), pick())
            .prop_map(|(version, context, aad, message)| Op::Make { version, context, aad, message }),
        6 => (prop::option::weighted(0.2, number()), pick(), pick())
            .prop_map(|(version, context, message)| Op::Mac { version, context, message }),
        6 => (prop::option::weighted(0.2, number()), pick(), pick(), pick())
            .prop_map(|(version, context, aad, message)| Op::Issue { version, context, aad, message }),
        8 => (prop::option::weighted(0.2, number()), pick(), pick())
            .prop_map(|(version, context, message)| Op::Index { version, context, message }),
        20 => (pick(), wrong(), wrong(), wrong()).prop_map(|(made, wrong_context, wrong_aad, wrong_message)|
            Op::Read { made, wrong_context, wrong_aad, wrong_message }),
        6 => (pick(), wrong()).prop_map(|(made, wrong_aad)| Op::Rewrap { made, wrong_aad }),
        2 => Just(Op::Export),
        3 => Just(Op::Info),
        1 => Just(Op::List),
        4 => Just(Op::Backup),
        4 => pick().prop_map(|backup| Op::Restore { backup }),
        2 => Just(Op::Refresh),
        3 => Just(Op::Wait),
        2 => pick().prop_map(|seal| Op::Reopen { seal }),
        1 => (1..8u8).prop_map(|seals| Op::Reseal { seals }),
        1 => pick().prop_map(|seal| Op::AddSeal { seal }),
        1 => pick().prop_map(|seal| Op::RemoveSeal { seal }),
        1 => pick().prop_map(|seal| Op::RewrapSeal { seal }),
    ]
}
