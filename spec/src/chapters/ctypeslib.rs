#![doc = include_str!("ctypeslib.md")]

use crate::vocabulary::ctype::{CType, Simple};
use crate::vocabulary::{Answer, Ctypeslib, Expectation, Library, Question, Raises, rules::ctypeslib as rules};
use crate::world::{Predictions, World};

mod arrays;
mod ndpointer;
mod refuse;
mod types;

pub(crate) use types::is_object;
pub use types::{ctype_rule, element_type};

pub(crate) fn expect(world: &World, question: &Ctypeslib, out: &mut Predictions) {
    match question {
        Ctypeslib::CIntP => {
            let name = CType::Simple(Simple::IntP).canonical(world.platform).to_string();
            out.push(rules::c_intp, Expectation::Is(Answer::Text(name)));
            let item = world.asked_before(&Question::ShapeType);
            if let Some(item) = item.filter(|_| !world.layout.shape.is_empty()) {
                out.push(rules::c_intp, Expectation::SameAs(item));
            }
        }
        Ctypeslib::AsCtypesType(ctype) => types::of_element(world, ctype.as_ref(), out),
        Ctypeslib::AsCtypes | Ctypeslib::TypeOfAsCtypes => types::of_array(world, question, out),
        Ctypeslib::AsArray { source, shape, ctype } => arrays::expect(world, *source, shape, ctype, out),
        Ctypeslib::NdPointer(what, pointer) => ndpointer::expect(world, *what, pointer, out),
        Ctypeslib::LoadLibrary(how) => {
            let loaded = Expectation::Is(Answer::Bool(true));
            let refused = Expectation::Raises(&[Raises::OSError]);
            match how {
                Library::Name | Library::File | Library::Beside => out.push(rules::load_library, loaded),
                Library::Path | Library::Bytes => out.push(rules::load_library_path, loaded),
                Library::Missing => out.push(rules::load_library_missing, refused),
                Library::Defective => out.push(rules::load_library_defective, refused),
            }
        }
    }
}
