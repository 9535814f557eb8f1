//! Templates of views as the plain structs that printers take.

use belvedere_lang::print::registry as print;
use belvedere_lang::view::template::Bundle;

use crate::view::Template;

/// Every template that is linked into the program, sorted by name. One that its own errors hide has
/// nothing to show.
pub(crate) fn linked() -> Vec<print::Template> {
    let linked = inventory::iter::<&'static Template>().copied();
    let mut templates: Vec<print::Template> = linked.filter_map(describe).collect();
    templates.sort_unstable_by(|a, b| (&a.name, &a.module).cmp(&(&b.name, &b.module)));
    templates
}

/// What a template is given, and what it reads besides.
pub(crate) fn describe(template: &'static Template) -> Option<print::Template> {
    let bundle = Bundle::parse(template.text).ok()??;
    Some(print::Template {
        module: template.module.to_owned(),
        doc: template.doc.to_owned(),
        sources: template.sources.iter().map(|source| source.name.to_owned()).collect(),
        functions: template.functions.iter().map(|function| function.name.to_owned()).collect(),
        templates: template.templates.iter().map(|template| template.name.to_owned()).collect(),
        ..print::Template::parse(&bundle.text)?
    })
}
