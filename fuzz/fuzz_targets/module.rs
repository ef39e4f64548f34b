//! Checks that a module of arbitrary bytes is refused or parsed. After sanitising it can be parsed
//! again, needs no further change, and has the same imports and functions.

#![no_main]

use akira::engine::{Engine, Wasmi};
use akira::module::{Import, ImportKind, Module, Purpose, Sanitised, Sizes, sanitise};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(module) = Module::parse(bytes) else {
        return;
    };
    read(&module);
    for heap_pages in [0, 1, 65_536, u64::MAX] {
        if let Ok(sanitised) = sanitise(&module, heap_pages, Purpose::Load) {
            judge(&module, &sanitised, heap_pages);
        }
        if let Ok(sanitised) = sanitise(&module, heap_pages, Purpose::LoadForWasmi) {
            judge_imported(&module, &sanitised);
        }
    }
});

/// Reads every part of a module and checks bounds on the results.
fn read(module: &Module<'_>) {
    let size = module.bytes().len();
    assert!(module.manifest().is_none_or(|text| text.len() < size));
    let _ = (module.start(), module.table_elements(), exports(module));
    if let Ok(sizes) = module.sizes() {
        let most = size as u64;
        assert!(sizes.code_bytes + sizes.data_bytes + sizes.element_bytes < most);
        assert!(sizes.largest_function_bytes <= sizes.code_bytes);
        assert!(sizes.functions + sizes.types + sizes.imports + sizes.exports <= most);
        // The overhead of the engine is computed without overflow, or the module is refused.
        if module.check_limits(1 << 20).is_ok() {
            let bytes = Wasmi.overhead_bytes(module);
            assert!(bytes.is_err() || bytes.is_ok_and(|bytes| bytes > most));
        }
    }
    if let Ok(Some(memory)) = module.memory() {
        assert!(memory.minimum_bytes() >= memory.minimum && memory.page_bytes() >= 1);
    }
    for import in imports(module).into_iter().flatten() {
        assert!(import.module.len() + import.name.len() < size);
    }
}

fn judge(module: &Module<'_>, sanitised: &Sanitised<'_>, heap_pages: u64) {
    let bytes = sanitised.as_ref();
    assert!(bytes.len() <= module.bytes().len() + 64);
    let rewritten = Module::parse(bytes).expect("what was rewritten can be read");
    let again = sanitise(&rewritten, 0, Purpose::Load);
    assert!(matches!(again, Ok(Sanitised::Original(_))));
    assert_eq!(rewritten.start(), Ok(None));
    let manifest = match sanitised {
        Sanitised::Original(_) => module.manifest(),
        // A rewritten copy is for the engine, and omits the custom sections that the engine
        // ignores.
        Sanitised::Rewritten(_) => None,
    };
    assert_eq!(rewritten.manifest(), manifest);
    assert_eq!(
        rewritten.sizes().ok().map(without_exports),
        module.sizes().ok().map(without_exports)
    );
    assert_eq!(rewritten.table_elements().ok(), module.table_elements().ok());
    assert_eq!(imports(&rewritten), imports(module));
    if let (Ok(Some(before)), Ok(Some(after))) = (module.memory(), rewritten.memory()) {
        assert_eq!(
            (before.minimum, before.page_log2),
            (after.minimum, after.page_log2)
        );
        assert!(heap_pages > 0 || before.maximum == after.maximum);
        assert!(after.maximum >= before.maximum);
    }
}

/// Checks that an imported memory comes after all other imports and is the only memory.
fn judge_imported(module: &Module<'_>, sanitised: &Sanitised<'_>) {
    let changed = Module::parse(sanitised.as_ref()).expect("what was changed can be read");
    assert_eq!(changed.start(), Ok(None));
    let (Ok(Some(_)), Some(mut before)) = (module.memory(), imports(module)) else {
        return;
    };
    before.push(Import {
        module: "",
        name: "",
        kind: ImportKind::Other,
    });
    if let Some(after) = imports(&changed) {
        assert_eq!(changed.memory(), Ok(None));
        assert_eq!(after, before);
    }
}

/// Clears the fields that sanitising changes.
fn without_exports(sizes: Sizes) -> Sizes {
    Sizes {
        exports: 0,
        export_bytes: 0,
        ..sizes
    }
}

fn imports<'a>(module: &Module<'a>) -> Option<Vec<Import<'a>>> {
    module.imports().ok()?.collect::<Result<_, _>>().ok()
}

fn exports(module: &Module<'_>) -> Option<usize> {
    Some(module.exports().ok()?.count())
}
