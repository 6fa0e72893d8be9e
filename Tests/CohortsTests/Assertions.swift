import Cohorts
import Foundation
import Results
import Testing

/// The message of what the body throws, with its advice, has every one of these parts.
func expectMessage(
    _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation, from body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as any LocalizedError {
        let message = [error.errorDescription, error.recoverySuggestion].compactMap { $0 }.joined(separator: "\n")
        for part in parts where !message.contains(part) {
            Issue.record("\"\(part)\" is not in: \(message)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record("an error without words: \(error)", sourceLocation: sourceLocation)
    }
}

/// Equal to within `relative` of the expected value, which is not zero; NaN is never equal.
func isClose(_ value: Double, _ expected: Double, relative: Double = 1e-12) -> Bool {
    abs(value - expected) <= relative * abs(expected)
}

func numbers(_ table: Table, _ name: String) throws -> [Double] {
    guard case .numbers(let values) = try #require(table[name]) else { throw WrongKind(name: name) }
    return values
}

func labels(_ table: Table, _ name: String) throws -> [String?] {
    guard case .labels(let values) = try #require(table[name]) else { throw WrongKind(name: name) }
    return values
}

struct WrongKind: Error {
    var name: String
}

func features(_ cohort: Cohort, _ name: String) throws -> FeatureTable {
    switch try #require(cohort.modality(name)).content {
    case .table(let features), .sets(let features, _): return features
    case .patches: throw WrongKind(name: name)
    }
}

func sets(_ cohort: Cohort, _ name: String) throws -> [GeneSet] {
    guard case .sets(_, let sets) = try #require(cohort.modality(name)).content else { throw WrongKind(name: name) }
    return sets
}

func bags(_ cohort: Cohort, _ name: String) throws -> PatchBags {
    guard case .patches(let bags) = try #require(cohort.modality(name)).content else { throw WrongKind(name: name) }
    return bags
}

/// A cohort straight from a file's columns `time` and `event`.
func readCohort(_ path: String, id: String? = nil, time: String = "time", event: String = "event") throws -> Cohort {
    let source = try CohortSource(path: path, id: id)
    return try Cohort(
        source: source, time: source.times(try #require(source.table[time])),
        event: source.events(try #require(source.table[event])),
        keep: source.ids.map { _ in true })
}
