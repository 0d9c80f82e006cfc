//! The one table of rules.
//!
//! The prose of a rule stands in its chapter's Markdown, after a line `r[chapter.rule] LEVEL · profile`. The compiler
//! refuses a rule here without such a line there, and a line there without a rule here.

use std::fmt;

/// How binding a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Breaking it is a failure.
    Must,
    /// Breaking it is a warning, and a failure where strictness is asked for.
    Should,
    /// It allows.
    May,
}

impl Level {
    /// `MUST`, `SHOULD` or `MAY`.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Must => "MUST",
            Level::Should => "SHOULD",
            Level::May => "MAY",
        }
    }
}

/// Declares the profiles with their names.
macro_rules! profiles {
    ($($(#[$doc:meta])* $Profile:ident $name:literal,)*) => {
        /// What an implementation claims to be, and so which rules apply to it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Profile { $($(#[$doc])* $Profile,)* }

        impl Profile {
            /// All profiles, in order.
            pub const ALL: &'static [Profile] = &[$(Profile::$Profile),*];

            /// The name, as in `core`.
            pub const fn name(self) -> &'static str {
                match self { $(Profile::$Profile => $name,)* }
            }

            /// The profile of that name.
            pub fn from_name(name: &str) -> Option<Profile> {
                Profile::ALL.iter().copied().find(|profile| profile.name() == name)
            }
        }
    };
}

profiles! {
    /// Any language that hands out pointer, shape and byte strides.
    Core "core",
    /// Python's `ctypes` attribute, or its like.
    Ctypes "ctypes",
    /// Objects of the interface keep the array, or leave it alone.
    Lifetime "lifetime",
    /// The newer reading of the documentation: a pointer that `data_as` gives keeps the array.
    Holds "holds",
    /// The older reading of the documentation: such a pointer does not keep the array.
    Borrows "borrows",
    /// `__array_interface__` and `__array_struct__`.
    Interface "interface",
    /// Python's buffer protocol.
    Buffer "buffer",
    /// `DLPack`.
    Dlpack "dlpack",
    /// Arrays in a file that is mapped to memory.
    Memmap "memmap",
    /// `numpy.ctypeslib`, or its like.
    Ctypeslib "ctypeslib",
    /// The interface where ctypes is missing.
    Absent "absent",
}

/// The table of rules: calls the macro `$then` with `[$context…]` and every chapter with its rules, in order.
///
/// Another crate walks the rules at compile time with it; a rule for which it lacks what it generates is a build error.
#[macro_export]
macro_rules! for_each_rule {
    ($then:path $(, $($context:tt)*)?) => {
        $then! { [$($($context)*)?]
            platform Platform "platform.md" {
                byte_order "platform.byte-order" Must Core;
                c_types "platform.c-types" Must Ctypes;
                intp "platform.intp" Must Ctypes;
                aliases "platform.aliases" Must Ctypes;
            }
            ctype Ctype "ctype.md" {
                composite "ctype.composite" Must Ctypes;
                integer_wraps "ctype.integer-wraps" Must Ctypes;
                float_rounds "ctype.float-rounds" Must Ctypes;
                boolean "ctype.boolean" Must Ctypes;
                character "ctype.character" Must Ctypes;
                wide_character "ctype.wide-character" Must Ctypes;
                void_pointer "ctype.void-pointer" Must Ctypes;
                text_pointer "ctype.text-pointer" Should Ctypes;
                object "ctype.object" Must Ctypes;
                byte_order "ctype.byte-order" Must Ctypes;
                refused "ctype.refused" Must Ctypes;
                decode_integer "ctype.decode-integer" Must Ctypes;
                decode_float "ctype.decode-float" Must Ctypes;
                decode_byte "ctype.decode-byte" Must Ctypes;
                decode_byte_order "ctype.decode-byte-order" Must Ctypes;
            }
            dtype Dtype "dtype.md" {
                item_size "dtype.item-size" Must Core;
                alignment "dtype.alignment" Must Interface;
                typestr_number "dtype.typestr-number" Must Interface;
                typestr_time "dtype.typestr-time" Must Interface;
                typestr_text "dtype.typestr-text" Must Interface;
                typestr_void "dtype.typestr-void" Must Interface;
                typestr_object "dtype.typestr-object" Must Interface;
                descr_plain "dtype.descr-plain" Must Interface;
                descr_fields "dtype.descr-fields" Must Interface;
                descr_padding "dtype.descr-padding" Must Interface;
                descr_nested "dtype.descr-nested" Must Interface;
                descr_sub_array "dtype.descr-sub-array" Must Interface;
                descr_title "dtype.descr-title" Must Interface;
                descr_overlap "dtype.descr-overlap" Must Interface;
            }
            layout Layout "layout.md" {
                element "layout.element" Must Core;
                accepted "layout.accepted" Must Core;
                bounds "layout.bounds" Must Core;
                size_limit "layout.size-limit" Must Core;
                view_refused "layout.view-refused" Must Core;
                c_contiguous "layout.c-contiguous" Must Core;
                f_contiguous "layout.f-contiguous" Must Core;
                aligned "layout.aligned" Must Interface;
                writeable "layout.writeable" Must Interface;
                index "layout.index" Must Core;
                slice "layout.slice" Must Core;
                reverse "layout.reverse" Must Core;
                transpose "layout.transpose" Must Core;
                new_axis "layout.new-axis" Must Core;
                broadcast "layout.broadcast" Must Core;
                reshape "layout.reshape" Must Core;
                field "layout.field" Must Core;
                reinterpret "layout.reinterpret" Must Core;
            }
            data Data "data.md" {
                first_element "data.first-element" Must Core;
                empty "data.empty" Must Core;
                empty_view "data.empty-view" Should Core;
                raw "data.raw" Must Core;
                stable "data.stable" Must Core;
                interface "data.interface" Must Interface;
                unsigned "data.unsigned" Must Interface;
                no_setter "data.no-setter" Should Ctypes;
            }
            shape Shape "shape.md" {
                shape "shape.shape" Must Core;
                strides "shape.strides" Must Core;
                base_type "shape.base-type" Must Ctypes;
                zero_dimensions "shape.zero-dimensions" Must Ctypes;
                shape_as "shape.shape-as" Must Ctypes;
                strides_as "shape.strides-as" Must Ctypes;
                copy "shape.copy" Must Ctypes;
                fresh "shape.fresh" Should Ctypes;
            }
            cast Cast "cast.md" {
                address "cast.address" Must Ctypes;
                refuses "cast.refuses" Must Ctypes;
                contents "cast.contents" Must Ctypes;
                index "cast.index" Must Ctypes;
                printed "cast.printed" Should Ctypes;
                as_parameter "cast.as-parameter" Must Ctypes;
                as_parameter_is_data_as "cast.as-parameter-is-data-as" Must Ctypes;
                fresh "cast.fresh" Should Ctypes;
                pass "cast.pass" Must Ctypes;
                pass_refuses "cast.pass-refuses" Must Ctypes;
                write_through "cast.write-through" Must Ctypes;
                sees_writes "cast.sees-writes" Must Ctypes;
                read_only_memory "cast.read-only-memory" Must Ctypes;
            }
            lifetime Lifetime "lifetime.md" {
                kept "lifetime.kept" Must Lifetime;
                interface_holds "lifetime.interface-holds" Must Lifetime;
                method_holds "lifetime.method-holds" Must Lifetime;
                view_holds "lifetime.view-holds" Must Lifetime;
                capsule_holds "lifetime.capsule-holds" Must Interface;
                pointer_holds "lifetime.pointer-holds" Must Holds;
                parameter_holds "lifetime.parameter-holds" Must Holds;
                derived_holds "lifetime.derived-holds" Must Holds;
                cast_holds "lifetime.cast-holds" Must Holds;
                pointer_borrows "lifetime.pointer-borrows" Must Borrows;
                values_free "lifetime.values-free" Must Lifetime;
                dictionary_free "lifetime.dictionary-free" Must Interface;
                prompt "lifetime.prompt" Must Lifetime;
                collected "lifetime.collected" Must Lifetime;
                balanced "lifetime.balanced" Must Lifetime;
                memory "lifetime.memory" Must Lifetime;
                during_call "lifetime.during-call" Must Lifetime;
                pointer_during_call "lifetime.pointer-during-call" Must Holds;
                quiet "lifetime.quiet" Must Lifetime;
            }
            interface Interface "interface.md" {
                keys "interface.keys" Must Interface;
                version "interface.version" Must Interface;
                data "interface.data" Must Interface;
                read_only "interface.read-only" Must Interface;
                shape "interface.shape" Must Interface;
                strides "interface.strides" Must Interface;
                no_strides "interface.no-strides" Must Interface;
                fresh "interface.fresh" Should Interface;
                struct_two "interface.struct-two" Must Interface;
                struct_nd "interface.struct-nd" Must Interface;
                struct_typekind "interface.struct-typekind" Must Interface;
                struct_itemsize "interface.struct-itemsize" Must Interface;
                struct_flags "interface.struct-flags" Must Interface;
                struct_flags_descr "interface.struct-flags-descr" Must Interface;
                struct_shape "interface.struct-shape" Must Interface;
                struct_strides "interface.struct-strides" Must Interface;
                struct_data "interface.struct-data" Must Interface;
                struct_descr "interface.struct-descr" Must Interface;
                import_array "interface.import-array" Must Interface;
                import_no_strides "interface.import-no-strides" Must Interface;
                import_read_only "interface.import-read-only" Must Interface;
                import_version "interface.import-version" Should Interface;
                import_offset "interface.import-offset" Should Interface;
                import_buffer "interface.import-buffer" Must Interface;
                import_data "interface.import-data" Must Interface;
                import_shape "interface.import-shape" Must Interface;
                import_typestr "interface.import-typestr" Must Interface;
                import_rank "interface.import-rank" Must Interface;
                import_size "interface.import-size" Must Interface;
                import_wide "interface.import-wide" Must Interface;
            }
        }
    };
}

struct Entry {
    id: &'static str,
    level: Level,
    profile: Profile,
}

/// A rule of the specification: its place in the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule {
    chapter: u8,
    position: u8,
}

macro_rules! define {
    ([] $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*) => {
        /// A chapter of the specification.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Chapter {
            $(#[doc = concat!("The chapter `", stringify!($chapter), "`.")] $Chapter,)*
        }

        impl Chapter {
            /// All chapters, in order.
            pub const ALL: &'static [Chapter] = &[$(Chapter::$Chapter),*];

            /// The name, as in `layout`.
            pub fn name(self) -> &'static str {
                match self { $(Chapter::$Chapter => stringify!($chapter),)* }
            }

            /// The prose, in Markdown.
            pub fn prose(self) -> &'static str {
                match self { $(Chapter::$Chapter => include_str!($file),)* }
            }

            fn entries(self) -> &'static [Entry] {
                match self {
                    $(Chapter::$Chapter => &[$(Entry { id: $id, level: Level::$level, profile: Profile::$profile }),*],)*
                }
            }
        }

        /// Every rule by name: `rules::data::first_element` is `data.first-element`.
        #[expect(non_upper_case_globals, reason = "a rule, its check and its tests have one name")]
        pub mod rules {
            $(
                #[doc = concat!("Rules of the chapter `", stringify!($chapter), "`.")]
                pub mod $chapter {
                    use crate::rule::{Chapter, Level, Profile, Rule, declares};

                    #[expect(non_camel_case_types, reason = "a rule, its check and its tests have one name")]
                    enum Position { $($rule,)* }

                    $(
                        #[doc = concat!("`", $id, "`")]
                        pub const $rule: Rule =
                            Rule { chapter: Chapter::$Chapter as u8, position: Position::$rule as u8 };

                        const _: () = assert!(
                            declares(include_str!($file), $id, Level::$level.name(), Profile::$profile.name()) == 1,
                            concat!($file, " lacks a line `r[", $id, "] LEVEL · profile` that agrees with the table")
                        );
                    )*

                    const _: () = assert!(
                        declares(include_str!($file), "", "", "") == [$($id),*].len(),
                        concat!($file, " has a rule that the table lacks")
                    );
                }
            )*
        }
    };
}

for_each_rule!(define);

/// How many lines of the prose are `r[id] LEVEL · profile`; with an empty id, how many declare any rule.
const fn declares(prose: &str, id: &str, level: &str, profile: &str) -> usize {
    let prose = prose.as_bytes();
    let mut count = 0;
    let mut at = 0;
    while at < prose.len() {
        let line_starts = at == 0 || prose[at - 1] == b'\n';
        if line_starts && follows(prose, at, b"r[") {
            let after_id = at + 2 + id.len();
            let after_level = after_id + 2 + level.len();
            let after_profile = after_level + " · ".len() + profile.len();
            let whole = follows(prose, at + 2, id.as_bytes())
                && follows(prose, after_id, b"] ")
                && follows(prose, after_id + 2, level.as_bytes())
                && follows(prose, after_level, " · ".as_bytes())
                && follows(prose, after_level + " · ".len(), profile.as_bytes())
                && follows(prose, after_profile, b"\n");
            if id.is_empty() || whole {
                count += 1;
            }
        }
        at += 1;
    }
    count
}

const fn follows(text: &[u8], at: usize, part: &[u8]) -> bool {
    let mut i = 0;
    while i < part.len() {
        if at + i >= text.len() || text[at + i] != part[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl Rule {
    /// Every rule, in the order of the chapters and of the rules in them.
    pub fn all() -> impl Iterator<Item = Rule> {
        Chapter::ALL.iter().flat_map(|chapter| {
            (0..chapter.entries().len()).map(|position| Rule { chapter: *chapter as u8, position: position as u8 })
        })
    }

    /// The rule of that identifier.
    pub fn from_id(id: &str) -> Option<Rule> {
        Rule::all().find(|rule| rule.id() == id)
    }

    fn entry(self) -> &'static Entry {
        &self.chapter().entries()[usize::from(self.position)]
    }

    /// The place in the table, counted from 0.
    pub fn index(self) -> usize {
        let before = Chapter::ALL[..usize::from(self.chapter)].iter();
        before.map(|chapter| chapter.entries().len()).sum::<usize>() + usize::from(self.position)
    }

    /// The chapter.
    pub fn chapter(self) -> Chapter {
        Chapter::ALL[usize::from(self.chapter)]
    }

    /// The identifier, as in `data.first-element`.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// How binding it is.
    pub fn level(self) -> Level {
        self.entry().level
    }

    /// Whom it binds.
    pub fn profile(self) -> Profile {
        self.entry().profile
    }

    /// The text of the rule: the paragraph after its identifier, in Markdown.
    pub fn text(self) -> &'static str {
        let mark = format!("r[{}] ", self.id());
        let prose = self.chapter().prose();
        let after = prose.split_once(mark.as_str()).and_then(|(_, rest)| rest.split_once('\n'));
        after.map_or("", |(_, rest)| rest.trim_start().split("\n\n").next().unwrap_or("").trim())
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
