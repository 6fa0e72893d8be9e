import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct BrierCommand: Command {
    let declaration = CommandDeclaration(
        "brier", "Brier scores of predicted survival at chosen times", topic: .evaluation,
        discussion: PredictedSurvival.rules,
        parameters: [
            .argument("x", .object([PredictionsObject.typeName]), "predictions with survival"),
            Arguments.declaredTimes,
        ],
        result: BrierObject.typeName,
        examples: [
            """
            patients = simulate patients=60 patches=20
            trained = train (model tta dim=16) on=patients epochs=1
            brier (predict trained on=patients) times=[1, 2]
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let predicted = try PredictedSurvival(arguments)
        let times = try arguments.times()
        // The library judges two times at least; at 0 nobody is wrong.
        let judged = [0] + times
        let whole = try brierScore(predicted.outcome, survival: predicted.survival(at: judged), times: judged)
        let reference = try brierScore(predicted.outcome, survival: predicted.kaplanMeier(at: judged), times: judged)
        let folds = try times.compactMap { time in
            try FoldValues(predicted.fold) { rows in
                try predicted.score(rows, times: [0, time])?.score[1] ?? .nan
            }
        }
        return .object(
            BrierObject(
                judged: JudgedTimes(
                    time: times, value: Array(whole.score.dropFirst()), folds: predicted.fold == nil ? nil : folds),
                reference: Array(reference.score.dropFirst()), patients: predicted.outcome.count))
    }
}

struct BrierObject: Tabular {
    static let typeName = "brier"
    let judged: JudgedTimes
    /// Of the Kaplan-Meier curve of the same patients, as everyone's prediction.
    let reference: [Double]
    let patients: Int

    func text(width: Int) -> String {
        var table = TextTable(
            [.number("time"), .number("Brier score"), .number("Kaplan-Meier")]
                + (judged.folds == nil ? [] : [.number("mean of folds")]))
        for (index, time) in judged.time.enumerated() {
            table.add(
                [
                    formatNumber(time), formatFixed(judged.value[index], decimals: 4),
                    formatFixed(reference[index], decimals: 4),
                ] + (judged.folds.map { [$0[index].text] } ?? []))
        }
        return table.text(width: width)
            + "\n\(counted(patients, "patient"))" + (judged.folds == nil ? "" : ", pooled over folds")
    }

    var json: JSON {
        .object(
            [
                ("time", .numbers(judged.time)), ("score", .numbers(judged.value)),
                ("kaplan_meier", .numbers(reference)), ("patients", .number(Double(patients))),
            ] + (judged.folds.map { [("folds", .array($0.map(\.json)))] } ?? []))
    }

    /// One row per time.
    var asTable: Table {
        var export = Table(rowCount: judged.time.count)
        export["time"] = .numbers(judged.time)
        export["score"] = .numbers(judged.value)
        export["kaplan_meier"] = .numbers(reference)
        if let folds = judged.folds {
            export["fold_mean"] = .numbers(folds.map(\.mean))
            export["fold_sd"] = .numbers(folds.map(\.standardDeviation))
        }
        return export
    }
}

extension BrierObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try LineFigure(
            curves: [
                LineFigure.Curve(
                    name: "predictions", x: judged.time, y: judged.value,
                    style: judged.time.count > 20 ? .line : .markedLine),
                LineFigure.Curve(name: "Kaplan-Meier", x: judged.time, y: reference, style: .dashedLine),
            ],
            xTitle: options.unit.map { "Time (\($0))" } ?? "Time", yTitle: "Brier score", title: options.title,
            width: options.width ?? .singleColumn
        ).figure()
    }
}
