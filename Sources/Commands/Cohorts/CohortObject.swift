import Cohorts
import CommandLanguage
import Results
import SurvivalStatistics

/// A cohort as the language has it.
struct CohortObject: ObjectValue {
    static let typeName = "cohort"
    var cohort: Cohort

    /// Time, event, and the cohort's own columns; formulas also see the ids.
    var table: Table {
        var table = Table(rowCount: cohort.patientCount)
        table["time"] = .numbers(cohort.outcome.time)
        table["event"] = .numbers(cohort.outcome.event.map { $0 ? 1 : 0 })
        for name in cohort.table.names where table[name] == nil { table[name] = cohort.table[name] }
        return table
    }

    func text(width: Int) -> String {
        let summary = CohortSummary(cohort)
        return definitionList(overview(summary), width: width)
    }

    func describe(width: Int) -> String {
        let summary = CohortSummary(cohort)
        var parts = [definitionList(overview(summary), width: width)]
        parts.append(table.columnList(width: width))
        if !summary.folds.isEmpty {
            var folds = TextTable([
                .number("fold"), .number("training"), .number("events"), .number("held out"), .number("events"),
            ])
            for (index, fold) in summary.folds.enumerated() {
                folds.add(
                    [index + 1, fold.training, fold.trainingEvents, fold.validation, fold.validationEvents]
                        .map(String.init))
            }
            parts.append(folds.text(width: width))
        }
        let remarks = summary.exclusions.map(\.text) + summary.notes.map(\.text)
        if !remarks.isEmpty { parts.append(remarks.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    /// As `followup` has it; nil when it is not reached. Only an outcome of nobody has no curve.
    private var medianFollowUp: Double? { (try? followUp(cohort.outcome))?.median }

    var json: JSON {
        let summary = CohortSummary(cohort)
        return .object([
            ("origin", .string(summary.origin)),
            ("patients", .number(Double(summary.patients))),
            ("events", .number(Double(summary.events))),
            ("median_follow_up", medianFollowUp.map(JSON.number) ?? .null),
            ("longest_follow_up", .number(summary.longestFollowUp)),
            ("columns", .strings(table.names)),
            ("modalities", .array(summary.modalities.map(\.json))),
            ("folds", .array(summary.folds.map(\.json))),
            (
                "excluded",
                .array(
                    summary.exclusions.map { exclusion in
                        .object([
                            ("what", .string(exclusion.subject.rawValue)),
                            ("count", .number(Double(exclusion.count))), ("reason", .string(exclusion.reason)),
                        ])
                    })
            ),
        ])
    }

    private func overview(_ summary: CohortSummary) -> [(name: String, text: String)] {
        let share = formatFixed(100 * Double(summary.events) / Double(max(summary.patients, 1)), decimals: 0)
        var followUp = "longest \(formatNumber(summary.longestFollowUp))"
        if let median = medianFollowUp { followUp = "median \(formatNumber(median)), " + followUp }
        var lines: [(name: String, text: String)] = [
            ("cohort", summary.origin),
            ("patients", "\(summary.patients), \(counted(summary.events, "event")) (\(share)%)"),
            ("follow-up", followUp),
            ("columns", String(table.names.count)),
        ]
        for modality in summary.modalities { lines.append((modality.name, modality.text(of: summary.patients))) }
        if !summary.folds.isEmpty {
            let sizes = summary.folds.map { String($0.validation) }.joined(separator: ", ")
            lines.append(("folds", "\(summary.folds.count), holding out \(sizes)"))
        }
        return lines
    }
}

extension CohortSummary.ModalitySummary {
    /// "1,550 columns in 51 sets, 331 of 359 patients"
    func text(of patients: Int) -> String {
        let what =
            switch size {
            case .table(let columns): counted(columns, "column")
            case .sets(let count, let columns): "\(counted(columns, "column")) in \(counted(count, "set"))"
            case .patches(let width, let fewest, let median, let most):
                fewest == most
                    ? "patches of \(counted(width, "feature")), \(most) a patient"
                    : "patches of \(counted(width, "feature")), \(fewest)–\(most) a patient, "
                        + "median \(formatNumber(median))"
            }
        let missing = missingShare > 0 ? ", \(formatFixed(100 * missingShare, decimals: 1))% of values missing" : ""
        return "\(what), \(present) of \(counted(patients, "patient"))\(missing)"
    }

    var json: JSON {
        let sizes: [(key: String, value: JSON)] =
            switch size {
            case .table(let columns): [("columns", .number(Double(columns)))]
            case .sets(let count, let columns):
                [("sets", .number(Double(count))), ("columns", .number(Double(columns)))]
            case .patches(let width, let fewest, let median, let most):
                [
                    ("features", .number(Double(width))), ("fewest_patches", .number(Double(fewest))),
                    ("median_patches", .number(median)), ("most_patches", .number(Double(most))),
                ]
            }
        return .object(
            [("name", .string(name)), ("patients", .number(Double(present)))] + sizes
                + [("missing_share", .number(missingShare))])
    }
}

extension CohortSummary.FoldSummary {
    var json: JSON {
        .object([
            ("training", .number(Double(training))), ("training_events", .number(Double(trainingEvents))),
            ("held_out", .number(Double(validation))), ("held_out_events", .number(Double(validationEvents))),
        ])
    }
}
