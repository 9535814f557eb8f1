//! Manifests: which packages a tree has, and on which others they say that they depend.
//!
//! `Cargo.toml` and `pyproject.toml` are TOML, `setup.cfg` has the form of Python's `configparser`. A
//! manifest gives rows of `packages` and `package_dependencies`, and none of `source_files`: it holds no
//! code. Whatever it says of other folders (`path = "../other"`) is told as a path below the root of the
//! tree, and left out where it leads out of it. What another manifest has to say (`workspace = true`) is
//! a view's matter, so that a row depends on its file alone.

use std::ops::Range;

use crate::extract::content::Content;
use crate::extract::failure::{Failure, FailureKind};
use crate::extract::ids;
use crate::extract::lang::Lang;
use crate::extract::place::Place;
use crate::extract::rows::{DependencyRow, PackageRow, Sink};
use crate::extract::visit::signed;

mod cargo;
mod names;
mod pyproject;
mod setup_cfg;
mod tables;

#[cfg(test)]
mod tests;

/// Those of the largest workspaces have some ten thousand bytes.
pub(crate) const BYTES_MAX: usize = 1024 * 1024;

/// The sorts of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manifest {
    /// `Cargo.toml`
    Cargo,
    /// `pyproject.toml`
    Pyproject,
    /// `setup.cfg`
    SetupCfg,
}

impl Manifest {
    /// The sort of manifest that a file is, by its name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        match path.rsplit('/').next().unwrap_or(path) {
            "Cargo.toml" => Some(Self::Cargo),
            "pyproject.toml" => Some(Self::Pyproject),
            "setup.cfg" => Some(Self::SetupCfg),
            _ => None,
        }
    }

    /// The language of the packages.
    pub(crate) const fn lang(self) -> Lang {
        match self {
            Self::Cargo => Lang::Rust,
            Self::Pyproject | Self::SetupCfg => Lang::Python,
        }
    }

    /// The name in the column `kind` of `packages`.
    const fn kind(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Pyproject => "pyproject",
            Self::SetupCfg => "setup_cfg",
        }
    }
}

/// A text of a manifest, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    text: String,
    at: Range<usize>,
}

/// What a manifest says.
#[derive(Debug, Default)]
struct Facts {
    package: Option<Package>,
    dependencies: Vec<Dependency>,
    /// What makes it a manifest that its tool refuses, although it can be read.
    problem: Option<String>,
}

/// A package.
#[derive(Debug)]
struct Package {
    name: Written,
    version: Option<String>,
    crate_name: Option<String>,
    lib_path: Option<String>,
    source_folder: Option<String>,
}

/// A dependency.
#[derive(Debug)]
struct Dependency {
    name: Written,
    kind: &'static str,
    package: String,
    requirement: Option<String>,
    target_folder: Option<String>,
    is_inherited: bool,
    is_optional: bool,
}

/// Writes the rows of a manifest; a reason where it gives none, or not all that it should.
pub(crate) fn extract(
    manifest: Manifest,
    content: &Content,
    sink: &mut Sink<'_>,
) -> Option<Failure> {
    let path = sink.file.path;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let bytes = content.bytes.as_deref().filter(|bytes| bytes.len() <= BYTES_MAX);
    let Some(bytes) = bytes else {
        let message = format!("it has {} bytes, the limit is {BYTES_MAX}", content.size);
        return Some(Failure::new(FailureKind::TooLarge, message));
    };
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("the content is not utf-8, see byte {}", error.valid_up_to());
            return Some(Failure::new(FailureKind::NotText, message));
        }
    };
    let facts = match manifest {
        Manifest::Cargo => cargo::facts(text, folder),
        Manifest::Pyproject => pyproject::facts(text, folder),
        Manifest::SetupCfg => Ok(setup_cfg::facts(text, folder)),
    };
    let facts = match facts {
        Ok(facts) => facts,
        Err(message) => return Some(Failure::new(FailureKind::BadManifest, message)),
    };
    push(manifest, text, folder, &facts, sink);
    facts.problem.map(|message| Failure::new(FailureKind::BadManifest, message))
}

fn push(manifest: Manifest, text: &str, folder: &str, facts: &Facts, sink: &mut Sink<'_>) {
    let path = sink.file.path;
    let lines = LineStarts::of(text);
    let package_id = facts.package.as_ref().map(|_| ids::package_id(path));
    if let (Some(package), Some(package_id)) = (&facts.package, &package_id) {
        let Place { span, lines: (start_line, end_line) } = lines.place(&package.name.at);
        let version = package.version.as_deref();
        sink.packages.push(PackageRow {
            package_id,
            kind: manifest.kind(),
            name: &package.name.text,
            normal_name: &names::normal(manifest.lang(), &package.name.text),
            version,
            series: version.and_then(|text| series(manifest, text)).as_deref(),
            crate_name: package.crate_name.as_deref(),
            folder,
            lib_path: package.lib_path.as_deref(),
            source_folder: package.source_folder.as_deref(),
            span,
            bstart: span.0,
            bend: span.1,
            start_line,
            end_line,
        });
    }
    for dependency in &facts.dependencies {
        let Place { span, lines: (start_line, end_line) } = lines.place(&dependency.name.at);
        let requirement = dependency.requirement.as_deref();
        sink.dependencies.push(DependencyRow {
            dependency_id: &ids::place_id("dependency", path, span, Some(dependency.kind)),
            package_id: package_id.as_deref(),
            kind: dependency.kind,
            name: &dependency.name.text,
            package: &names::normal(manifest.lang(), &dependency.package),
            requirement,
            series: requirement.and_then(|text| series(manifest, text)).as_deref(),
            folder,
            target_folder: dependency.target_folder.as_deref(),
            is_inherited: dependency.is_inherited,
            is_optional: dependency.is_optional,
            span,
            bstart: span.0,
            bend: span.1,
            start_line,
            end_line,
        });
    }
}

/// Versions of Python packages promise nothing about each other.
fn series(manifest: Manifest, version: &str) -> Option<String> {
    (manifest == Manifest::Cargo).then(|| names::series(version)).flatten()
}

/// Where the lines of a text begin.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn of(text: &str) -> Self {
        let feeds = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(feeds.map(|(at, _)| at + 1)).collect())
    }

    fn line(&self, at: usize) -> i64 {
        signed(self.0.partition_point(|start| *start <= at))
    }

    fn place(&self, at: &Range<usize>) -> Place {
        let last = at.end.saturating_sub(1).max(at.start);
        Place {
            span: (signed(at.start), signed(at.end)),
            lines: (self.line(at.start), self.line(last)),
        }
    }
}
