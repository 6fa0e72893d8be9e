import CommandLanguage
import Results
import SurvivalStatistics

struct CompareCommand: Command {
    let declaration = CommandDeclaration(
        "compare", "Models compared on the same patients and folds: difference, interval and p", topic: .evaluation,
        discussion: """
            Each argument is one model: its predictions, or a list of its predictions from several seeds. The first is \
            compared with each of the others, first less other: a positive difference is in its favour, except of ibs, \
            where lower is better. Higher risk means an earlier event. All must have predicted the same patients, with \
            the same outcomes and folds; patients are matched by name, and the first difference is named in an error.

            A metric is computed in each fold by itself and averaged over folds (over seeds before that). The standard \
            error is paired over patients: cindex, uno and antolini have an infinitesimal jackknife, whose covariance \
            agrees with R's concordance(fit1, fit2) (for uno the weights count as known); ibs (mean to horizon=) and \
            auc (mean over times=) resample patients within folds. Variances of folds are added, and those of seeds as \
            sd²/k; interval and p are normal. They are for the models as trained: how training would go on other \
            patients is not in them. With several comparisons, p is also adjusted by Holm.

            With two seeds or more of both models, the text says whether the difference is within seed noise: less than \
            other seeds alone may move it, by Welch's interval. Of one seed that is not known, and the text says so.

            Source: Therneau & Watson 2015; Welch 1947.
            """,
        parameters: [
            .argument(
                "predictions", .objects([PredictionsObject.typeName]), "two models or more, a list for several seeds"),
            .option(
                "metric", .word(choices: ComparisonMetric.allCases.map(\.rawValue)),
                default: ComparisonMetric.cindex.rawValue, "what to compare by"),
            .option(
                "horizon", .number(.aboveZero),
                "of uno and antolini the last time whose events count; of ibs the end of the mean"),
            .option("times", .any, "of auc: a list of increasing times, such as [1825, 3650]"),
            .option("resamples", .integer(20...1_000_000), default: "1000", "of ibs and auc, in each fold"),
            .option("seed", .integer(0...Int.max), "of the resamples; the session's when left out"),
            .level,
        ],
        result: ComparisonObject.typeName,
        examples: [
            """
            patients = simulate patients=80 patches=10
            folds patients k=2
            narrow = crossvalidate (model tta dim=8) on=patients epochs=1 seed=1
            again = crossvalidate (model tta dim=8) on=patients epochs=1 seed=2
            wide = crossvalidate (model tta dim=16) on=patients epochs=1 seed=1
            compare narrow wide
            compare [narrow, again] wide metric=uno
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let models = arguments.expressions("predictions").map { (name: $0.text, runs: Self.predictions($0.value)) }
        guard models.count > 1 else {
            throw arguments.error(
                at: "predictions", "one model cannot be compared", help: "give two or more: compare tta cox")
        }
        guard let metric = ComparisonMetric(rawValue: arguments.word("metric")) else {
            preconditionFailure("the parameter allows the metrics' names only")
        }
        let runs = models.flatMap(\.runs)
        let names = models.flatMap { model in
            model.runs.count == 1 ? [model.name] : model.runs.map { "seed \($0.run.seed) of \(model.name)" }
        }
        let pairs = try PairedPredictions(runs, names: names)
        let judge = try ComparisonJudge(metric, runs, pairs, arguments)
        let folds = try judged(judge, pairs, arguments, context)
        var next = 0
        let judgedModels = models.map { model in
            let runs = next..<next + model.runs.count
            next = runs.upperBound
            return JudgedModel(runs.map { run in folds.map { $0.runs[run] } })
        }
        let differences = try judgedModels.dropFirst().map {
            try pairedDifference(judgedModels[0], $0, level: arguments.number("level"))
        }
        return .object(
            ComparisonObject(
                metric: metric, patients: pairs.patients.count,
                folds: pairs.fold.contains { $0 > 0 } ? folds.map(\.fold) : nil,
                names: models.map(\.name), models: judgedModels, differences: differences,
                adjusted: Adjustment.holm.adjust(differences.map(\.p)), level: arguments.number("level")))
    }

    private static func predictions(_ value: Value) -> [Predictions] {
        switch value {
        case .list(let items): items.flatMap(predictions)
        case .object(let object as PredictionsObject): [object.predictions]
        default: preconditionFailure("the parameter allows predictions only")
        }
    }

    /// The folds in which the metric is defined; a warning tells of others.
    private func judged(
        _ judge: ComparisonJudge, _ pairs: PairedPredictions, _ arguments: Arguments, _ context: Context
    ) throws -> [(fold: Int, runs: [JudgedFold])] {
        var generator = SeededGenerator(seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
        let numbers = Set(pairs.fold).sorted()
        var folds: [(fold: Int, runs: [JudgedFold])] = []
        for (index, number) in numbers.enumerated() {
            let rows = pairs.fold.indices.filter { pairs.fold[$0] == number }
            do {
                let runs = try judge.folds(
                    rows, using: &generator,
                    progress: {
                        try context.progress("compare", fraction: (Double(index) + $0) / Double(numbers.count))
                    },
                    undefined: {
                        let place = numbers.count > 1 ? " of fold \(number)" : ""
                        context.note("\(counted($0, "resample"))\(place) left out: \(judge.metric.name) is not defined")
                    })
                folds.append((number, runs))
            } catch let error as StatisticsError where error.isForLackOfPatients && numbers.count > 1 {
                context.warn("fold \(number) is left out: \(error.errorDescription ?? "\(error)")")
                if index == numbers.count - 1 && folds.isEmpty { throw error }
            }
        }
        return folds
    }
}

/// Models compared with the first of them.
struct ComparisonObject: Tabular {
    static let typeName = "comparison"
    let metric: ComparisonMetric
    let patients: Int
    /// The folds judged; nil unless cross-validated.
    let folds: [Int]?
    let names: [String]
    let models: [JudgedModel]
    /// The first model less each of the others.
    let differences: [PairedDifference]
    /// By Holm.
    let adjusted: [Double]
    let level: Double

    private func label(_ index: Int) -> String { "\(names[0]) − \(names[index + 1])" }

    func text(width: Int) -> String {
        let head =
            "\(metric.name)\(folds == nil ? "" : ", mean of folds"), \(metric.higherIsBetter ? "higher" : "lower") is "
            + "better; \(counted(patients, "patient"))"
            + (folds.map { " in \(counted($0.count, "fold"))" } ?? "")
        var table = TextTable(
            [.text("model"), .number("seeds"), .number(metric.name), .number("standard error")]
                + (models.contains { $0.seedDeviation != nil } ? [.number("sd over seeds")] : []))
        for (name, model) in zip(names, models) {
            table.add(
                [
                    name, String(model.seeds.count), formatFixed(model.mean, decimals: 4),
                    formatFixed(model.standardError, decimals: 4),
                ]
                    + (table.columns.count > 4 ? [model.seedDeviation.map { formatFixed($0, decimals: 4) } ?? "–"] : [])
            )
        }
        var contrasts = TextTable(
            [
                .text("comparison"), .number("difference"), .number(intervalTitle(level: level)), .number("p"),
            ] + (differences.count > 1 ? [.number("p by Holm")] : []))
        for (index, difference) in differences.enumerated() {
            contrasts.add(
                [
                    label(index), formatFixed(difference.difference, decimals: 4),
                    "\(formatFixed(difference.lower, decimals: 4)) – \(formatFixed(difference.upper, decimals: 4))",
                    formatPValue(difference.p),
                ] + (differences.count > 1 ? [formatPValue(adjusted[index])] : []))
        }
        var lines = [head, table.text(width: width), "", contrasts.text(width: width)]
        for (index, difference) in differences.enumerated() {
            let prefix = differences.count > 1 ? label(index) + ": " : ""
            if folds != nil {
                lines.append(
                    prefix + "folds   "
                        + difference.folds.map { formatFixed($0, decimals: 3) }.joined(separator: "  "))
            }
            lines.append(prefix + noise(difference, models[index + 1]))
        }
        return lines.joined(separator: "\n")
    }

    private func noise(_ difference: PairedDifference, _ other: JudgedModel) -> String {
        guard let noise = difference.seedNoise, let isWithin = difference.isWithinSeedNoise else {
            let one =
                models[0].seeds.count == 1 ? (other.seeds.count == 1 ? "each model" : names[0]) : "the other model"
            return "one seed of \(one): how far other seeds would move the difference is not known"
        }
        let span = formatFixed(noise, decimals: 4)
        return isWithin
            ? "within seed noise: other seeds alone may move the difference by \(span)"
            : "beyond seed noise: other seeds alone may move the difference by \(span) only"
    }

    var json: JSON {
        let comparisons = differences.enumerated().map { index, difference in
            [("first", JSON.string(names[0])), ("second", .string(names[index + 1]))] + members(difference)
                + [("p_holm", .number(adjusted[index]))]
        }
        return .object(
            [
                ("metric", .string(metric.rawValue)), ("higher_is_better", .boolean(metric.higherIsBetter)),
                ("patients", .number(Double(patients))), ("level", .number(level)),
                ("folds", folds.map { .numbers($0) } ?? .null),
            ] + (differences.count == 1 ? members(differences[0]) : []) + [
                ("models", .array(zip(names, models).map(json))), ("comparisons", .array(comparisons.map(JSON.object))),
            ])
    }

    private func json(_ name: String, _ model: JudgedModel) -> JSON {
        .object([
            ("name", .string(name)), ("mean", .number(model.mean)), ("standard_error", .number(model.standardError)),
            ("folds", .numbers(model.folds)), ("seeds", .numbers(model.seeds)),
            ("seed_sd", model.seedDeviation.map(JSON.number) ?? .null),
        ])
    }

    private func members(_ difference: PairedDifference) -> [(key: String, value: JSON)] {
        [
            ("difference", .number(difference.difference)), ("standard_error", .number(difference.standardError)),
            ("lower", .number(difference.lower)), ("upper", .number(difference.upper)), ("p", .number(difference.p)),
            ("fold_differences", .numbers(difference.folds)), ("fold_standard_errors", .numbers(difference.foldErrors)),
            ("patient_standard_error", .number(difference.patientError)),
            ("seed_standard_error", difference.seedError.map(JSON.number) ?? .null),
            ("seed_noise", difference.seedNoise.map(JSON.number) ?? .null),
            ("within_seed_noise", difference.isWithinSeedNoise.map(JSON.boolean) ?? .null),
        ]
    }

    /// One row per comparison.
    var asTable: Table {
        var export = Table(rowCount: differences.count)
        func numbers(_ part: (PairedDifference) -> Double) -> Column { .numbers(differences.map(part)) }
        export["first"] = .labels(differences.map { _ in names[0] })
        export["second"] = .labels(Array(names.dropFirst()))
        export["first_mean"] = .numbers(differences.map { _ in models[0].mean })
        export["second_mean"] = .numbers(models.dropFirst().map(\.mean))
        export["difference"] = numbers(\.difference)
        export["standard_error"] = numbers(\.standardError)
        export["lower"] = numbers(\.lower)
        export["upper"] = numbers(\.upper)
        export["p"] = numbers(\.p)
        export["p_holm"] = .numbers(adjusted)
        export["seed_noise"] = numbers { $0.seedNoise ?? .nan }
        return export
    }
}
