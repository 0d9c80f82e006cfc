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
                answered "layout.answered" Must Core;
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
                memory "data.memory" Must Core;
                memory_written "data.memory-written" Must Core;
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
                struct_agrees "interface.struct-agrees" Must Interface;
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
                import_null "interface.import-null" Must Interface;
                import_null_elements "interface.import-null-elements" Must Interface;
                import_dimensions "interface.import-dimensions" Must Interface;
                buffer_address "interface.buffer-address" Must Buffer;
                buffer_shape "interface.buffer-shape" Must Buffer;
                buffer_strides "interface.buffer-strides" Must Buffer;
                buffer_no_strides "interface.buffer-no-strides" Must Buffer;
                buffer_itemsize "interface.buffer-itemsize" Must Buffer;
                buffer_length "interface.buffer-length" Must Buffer;
                buffer_suboffsets "interface.buffer-suboffsets" Must Buffer;
                buffer_contiguous "interface.buffer-contiguous" Must Buffer;
                buffer_read_only "interface.buffer-read-only" Must Buffer;
                buffer_writable "interface.buffer-writable" Must Buffer;
                buffer_format "interface.buffer-format" Must Buffer;
                buffer_format_fields "interface.buffer-format-fields" Must Buffer;
                buffer_format_nested "interface.buffer-format-nested" Must Buffer;
                buffer_format_size "interface.buffer-format-size" Must Buffer;
                buffer_no_format "interface.buffer-no-format" Must Buffer;
                buffer_error "interface.buffer-error" Should Buffer;
                buffer_agrees "interface.buffer-agrees" Must Buffer;
                dlpack_address "interface.dlpack-address" Must Dlpack;
                dlpack_shape "interface.dlpack-shape" Must Dlpack;
                dlpack_strides "interface.dlpack-strides" Must Dlpack;
                dlpack_no_strides "interface.dlpack-no-strides" Must Dlpack;
                dlpack_dtype "interface.dlpack-dtype" Must Dlpack;
                dlpack_device "interface.dlpack-device" Must Dlpack;
                dlpack_version "interface.dlpack-version" Must Dlpack;
                dlpack_read_only "interface.dlpack-read-only" Must Dlpack;
                dlpack_read_only_refused "interface.dlpack-read-only-refused" Should Dlpack;
                dlpack_refuses "interface.dlpack-refuses" Must Dlpack;
                dlpack_error "interface.dlpack-error" Should Dlpack;
                dlpack_agrees "interface.dlpack-agrees" Must Dlpack;
            }
            memmap Memmap "memmap.md" {
                granularity "memmap.granularity" Must Memmap;
                start "memmap.start" Must Memmap;
                mapping "memmap.mapping" Must Memmap;
                deduced "memmap.deduced" Must Memmap;
                size "memmap.size" Must Memmap;
                kept "memmap.kept" Must Memmap;
                grown "memmap.grown" Must Memmap;
                emptied "memmap.emptied" Must Memmap;
                empty "memmap.empty" Must Memmap;
                missing "memmap.missing" Must Memmap;
                directory "memmap.directory" Must Memmap;
                read_only_file "memmap.read-only-file" Must Memmap;
                too_short "memmap.too-short" Must Memmap;
                whole_items "memmap.whole-items" Must Memmap;
                shape_needed "memmap.shape-needed" Must Memmap;
                offset "memmap.offset" Must Memmap;
                too_big "memmap.too-big" Must Memmap;
                refuses "memmap.refuses" Must Memmap;
                faults "memmap.faults" Must Memmap;
                shared "memmap.shared" Must Memmap;
                private "memmap.private" Must Memmap;
                sees_file "memmap.sees-file" Must Memmap;
                flush "memmap.flush" Must Memmap;
                past_end "memmap.past-end" Must Memmap;
                holds "memmap.holds" Must Memmap;
                unmaps "memmap.unmaps" Must Memmap;
                close "memmap.close" Should Memmap;
                copy "memmap.copy" Should Memmap;
                attributes "memmap.attributes" Should Memmap;
                filename "memmap.filename" Should Memmap;
            }
            ctypeslib Ctypeslib "ctypeslib.md" {
                c_intp "ctypeslib.c-intp" Must Ctypeslib;
                ctype_of_number "ctypeslib.ctype-of-number" Must Ctypeslib;
                ctype_of_structure "ctypeslib.ctype-of-structure" Must Ctypeslib;
                ctype_of_sub_array "ctypeslib.ctype-of-sub-array" Must Ctypeslib;
                ctype_of_union "ctypeslib.ctype-of-union" Must Ctypeslib;
                ctype_of_overlap "ctypeslib.ctype-of-overlap" Must Ctypeslib;
                ctype_refused "ctypeslib.ctype-refused" Must Ctypeslib;
                as_ctypes "ctypeslib.as-ctypes" Must Ctypeslib;
                as_ctypes_read_only "ctypeslib.as-ctypes-read-only" Must Ctypeslib;
                as_ctypes_strided "ctypeslib.as-ctypes-strided" Must Ctypeslib;
                as_ctypes_refused "ctypeslib.as-ctypes-refused" Must Ctypeslib;
                as_array "ctypeslib.as-array" Must Ctypeslib;
                as_array_structure "ctypeslib.as-array-structure" Must Ctypeslib;
                as_array_union "ctypeslib.as-array-union" Should Ctypeslib;
                as_array_again "ctypeslib.as-array-again" Must Ctypeslib;
                as_array_empty "ctypeslib.as-array-empty" Must Ctypeslib;
                as_array_no_structure "ctypeslib.as-array-no-structure" Should Ctypeslib;
                as_array_of_object "ctypeslib.as-array-of-object" Must Ctypeslib;
                as_array_no_shape "ctypeslib.as-array-no-shape" Must Ctypeslib;
                as_array_int_shape "ctypeslib.as-array-int-shape" Should Ctypeslib;
                as_array_null "ctypeslib.as-array-null" Must Ctypeslib;
                as_array_refuses "ctypeslib.as-array-refuses" Should Ctypeslib;
                as_array_size "ctypeslib.as-array-size" Must Ctypeslib;
                as_array_dimensions "ctypeslib.as-array-dimensions" Must Ctypeslib;
                ndpointer_accepts "ctypeslib.ndpointer-accepts" Must Ctypeslib;
                ndpointer_dtype "ctypeslib.ndpointer-dtype" Must Ctypeslib;
                ndpointer_ndim "ctypeslib.ndpointer-ndim" Must Ctypeslib;
                ndpointer_shape "ctypeslib.ndpointer-shape" Must Ctypeslib;
                ndpointer_flags "ctypeslib.ndpointer-flags" Must Ctypeslib;
                ndpointer_flags_twice "ctypeslib.ndpointer-flags-twice" Should Ctypeslib;
                ndpointer_flag_name "ctypeslib.ndpointer-flag-name" Should Ctypeslib;
                ndpointer_not_an_array "ctypeslib.ndpointer-not-an-array" Should Ctypeslib;
                ndpointer_argument "ctypeslib.ndpointer-argument" Must Ctypeslib;
                ndpointer_result "ctypeslib.ndpointer-result" Must Ctypeslib;
                ndpointer_result_empty "ctypeslib.ndpointer-result-empty" Should Ctypeslib;
                ndpointer_result_large "ctypeslib.ndpointer-result-large" Should Ctypeslib;
                ndpointer_vague_result "ctypeslib.ndpointer-vague-result" Should Ctypeslib;
                ndpointer_cached "ctypeslib.ndpointer-cached" Should Ctypeslib;
                ndpointer_distinct "ctypeslib.ndpointer-distinct" Must Ctypeslib;
                load_library "ctypeslib.load-library" Must Ctypeslib;
                load_library_path "ctypeslib.load-library-path" Must Ctypeslib;
                load_library_missing "ctypeslib.load-library-missing" Must Ctypeslib;
                load_library_defective "ctypeslib.load-library-defective" Must Ctypeslib;
            }
            absent Absent "absent.md" {
                there "absent.there" Must Absent;
                data "absent.data" Must Absent;
                as_parameter "absent.as-parameter" Must Absent;
                shape "absent.shape" Should Absent;
                strides "absent.strides" Should Absent;
                converted "absent.converted" Must Absent;
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
                    use crate::rule::{Chapter, Level, Profile, Rule, declared};

                    #[expect(non_camel_case_types, reason = "a rule, its check and its tests have one name")]
                    enum Position { $($rule,)* }

                    const TABLE: &[[&str; 3]] = &[$([$id, Level::$level.name(), Profile::$profile.name()]),*];

                    /// How many rules, from the first on, the prose declares as the table does, and how many in all.
                    const DECLARED: (usize, usize) = declared(include_str!($file), TABLE);

                    $(
                        #[doc = concat!("`", $id, "`")]
                        pub const $rule: Rule =
                            Rule { chapter: Chapter::$Chapter as u8, position: Position::$rule as u8 };

                        const _: () = assert!(
                            DECLARED.0 > Position::$rule as usize,
                            concat!($file, " lacks, in its place, a line `r[", $id, "] LEVEL · profile` as in the table")
                        );
                    )*

                    const _: () = assert!(DECLARED.1 == TABLE.len(), concat!($file, " has a rule that the table lacks"));
                }
            )*
        }
    };
}

for_each_rule!(define);

/// How many rules of the table, from the first on, the prose declares in lines `r[id] LEVEL · profile`, in that order; and how
/// many rules it declares at all. One walk over the prose: the compiler is slow at this.
const fn declared(prose: &str, table: &[[&str; 3]]) -> (usize, usize) {
    let prose = prose.as_bytes();
    let (mut agreed, mut all, mut at) = (0, 0, 0);
    while at < prose.len() {
        if follows(prose, at, b"r[") {
            if agreed == all && all < table.len() && declares(prose, at, &table[all]) {
                agreed += 1;
            }
            all += 1;
        }
        while at < prose.len() && prose[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    (agreed, all)
}

const fn declares(prose: &[u8], at: usize, rule: &[&str; 3]) -> bool {
    let [id, level, profile] = rule;
    let after_id = at + 2 + id.len();
    let after_level = after_id + 2 + level.len();
    let after_mark = after_level + " · ".len();
    follows(prose, at + 2, id.as_bytes())
        && follows(prose, after_id, b"] ")
        && follows(prose, after_id + 2, level.as_bytes())
        && follows(prose, after_level, " · ".as_bytes())
        && follows(prose, after_mark, profile.as_bytes())
        && follows(prose, after_mark + profile.len(), b"\n")
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
