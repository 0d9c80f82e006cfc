//! Circles among the files of a crate, and among its modules.

use crate::places::Place;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

/// Nodes (files, or modules with all files below them), the nodes that each names, and the places where it does.
type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a Place<'a>>>>;

/// Returns one message for each set of files that reach each other. If the files form no circle, it looks at modules
/// together with the files below them: `a/x.rs` names `b.rs`, and `b/y.rs` names `a.rs`.
pub(crate) fn circles(places: &BTreeSet<Place>) -> Vec<String> {
    let files = messages(&graph(places, |place| (place.from, place.to)));
    if files.is_empty() { messages(&graph(places, siblings)) } else { files }
}

fn graph<'a>(places: &'a BTreeSet<Place<'a>>, ends: impl Fn(&Place<'a>) -> (&'a str, &'a str)) -> Graph<'a> {
    let mut graph = Graph::new();
    for place in places {
        let (from, to) = ends(place);
        if from != to {
            graph.entry(from).or_default().entry(to).or_default().push(place);
        }
    }
    graph
}

/// Returns the modules of one folder that the two files belong to; one module twice if a file is an ancestor of the other.
fn siblings<'a>(place: &Place<'a>) -> (&'a str, &'a str) {
    let (from, to) = (place.from.trim_end_matches(".rs"), place.to.trim_end_matches(".rs"));
    let common = from.split('/').zip(to.split('/')).take_while(|(one, other)| one == other);
    let start = common.map(|(name, _)| name.len() + 1).sum::<usize>();
    let module = |path: &'a str| {
        let rest = path.get(start..).unwrap_or_default();
        &path[..path.len() - rest.len() + rest.find('/').unwrap_or(rest.len())]
    };
    let above = start > from.len() || start > to.len();
    if above { (from, from) } else { (module(from), module(to)) }
}

fn messages(graph: &Graph) -> Vec<String> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph.keys().map(|node| (*node, reachable(graph, node))).collect();
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    let mut messages = Vec::new();
    for (node, others) in reached.iter().filter(|(node, others)| others.contains(*node)) {
        if !reported.contains(node) {
            let back = |other: &&&str| reached.get(**other).is_some_and(|reached| reached.contains(node));
            let set: Vec<&str> = others.iter().filter(back).copied().collect();
            reported.extend(&set);
            messages.push(message(graph, &set));
        }
    }
    messages
}

/// Returns the nodes that a node reaches in one step or more.
fn reachable<'a>(graph: &Graph<'a>, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(node) = next.pop() {
        next.extend(graph.get(node).into_iter().flat_map(BTreeMap::keys).filter(|node| reached.insert(**node)));
    }
    reached
}

/// Returns the shortest way from a node back to itself.
fn circle<'a>(graph: &Graph<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut ways = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for node in graph.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            if *node == start {
                return Some([&way[..], &[start]].concat());
            }
            if seen.insert(*node) {
                ways.push_back([&way[..], &[*node]].concat());
            }
        }
    }
    None
}

fn message(graph: &Graph, set: &[&str]) -> String {
    let shortest = set.iter().filter_map(|node| circle(graph, node)).min_by_key(Vec::len).unwrap_or_default();
    let mut message = format!("{}\n", shortest.join(" → "));
    for step in shortest.windows(2) {
        let places = &graph[step[0]][step[1]];
        let Place { from, line, path, to } = places[0];
        let more = if places.len() > 1 { format!(" (first of {} places)", places.len()) } else { String::new() };
        let _ = writeln!(message, "  {from}:{line} names `{path}`, which is in {to}{more}");
    }
    if set.len() + 1 > shortest.len() {
        let _ = writeln!(message, "  {} reach each other: {}", set.len(), set.join(", "));
    }
    message + "  Move what both need into a module below both.\n"
}
