import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct DynamicAUCCommand: Command {
    let declaration = CommandDeclaration(
        "auc", "Cumulative/dynamic AUC: who has had the event by a time, told from who has not", topic: .evaluation,
        discussion: """
            Higher risk means an earlier event: 1 is perfect, 0.5 chance; equal risks count half. At each time the cases \
            had the event at or before it, each counting 1 / G with G the Kaplan-Meier estimate of remaining uncensored \
            just before the case's event; the controls are followed beyond the time. The mean over the times weights \
            each by the fall of the Kaplan-Meier curve since the time before. Times lie between the first event and the \
            last follow-up: others are an error that names the range.

            Of cross-validated predictions all held-out patients are pooled, so that cases meet controls of other \
            folds, whose risks come from other models; the values of each fold and their mean are given too, null where \
            a time is outside the fold's range. Source: Uno et al. 2007, Lambert & Chevret 2016; scikit-survival takes \
            G at the event.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"), Arguments.declaredTimes,
            RiskedPatients.declaredRisk,
        ],
        result: DynamicAUCObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            plot (auc women times=[1825, 2500, 3650] risk=size)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let patients = try RiskedPatients(arguments, in: context)
        let times = try arguments.times()
        let whole = try dynamicAUC(patients.outcome, risk: patients.risk, times: times)
        let folds = try times.compactMap { time in
            try FoldValues(patients.fold) { rows in
                let part = patients.outcome[rows]
                do {
                    return try dynamicAUC(part, risk: rows.map { patients.risk[$0] }, times: [time]).auc[0]
                } catch StatisticsError.noCases, StatisticsError.noEvents, StatisticsError.evaluationTime {
                    return .nan
                }
            }
        }
        return .object(
            DynamicAUCObject(
                judged: JudgedTimes(time: times, value: whole.auc, folds: patients.fold == nil ? nil : folds),
                mean: whole.mean, patients: patients.outcome.count))
    }
}

struct DynamicAUCObject: Tabular {
    static let typeName = "auc"
    let judged: JudgedTimes
    let mean: Double
    let patients: Int

    func text(width: Int) -> String {
        var table = TextTable(
            [.number("time"), .number("AUC")] + (judged.folds == nil ? [] : [.number("mean of folds")]))
        for (index, time) in judged.time.enumerated() {
            table.add(
                [formatNumber(time), formatFixed(judged.value[index], decimals: 4)]
                    + (judged.folds.map { [$0[index].text] } ?? []))
        }
        return table.text(width: width)
            + "\nmean \(formatFixed(mean, decimals: 4)); \(counted(patients, "patient"))"
            + (judged.folds == nil ? "" : ", pooled over folds")
    }

    var json: JSON {
        .object(
            [
                ("time", .numbers(judged.time)), ("auc", .numbers(judged.value)), ("mean", .number(mean)),
                ("patients", .number(Double(patients))),
            ] + (judged.folds.map { [("folds", .array($0.map(\.json)))] } ?? []))
    }

    /// One row per time.
    var asTable: Table {
        var export = Table(rowCount: judged.time.count)
        export["time"] = .numbers(judged.time)
        export["auc"] = .numbers(judged.value)
        if let folds = judged.folds {
            export["fold_mean"] = .numbers(folds.map(\.mean))
            export["fold_sd"] = .numbers(folds.map(\.standardDeviation))
        }
        return export
    }
}

extension DynamicAUCObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try LineFigure(
            curves: [
                LineFigure.Curve(
                    name: "AUC", x: judged.time, y: judged.value, style: judged.time.count > 20 ? .line : .markedLine)
            ],
            xTitle: options.unit.map { "Time (\($0))" } ?? "Time", yTitle: "AUC", reference: 0.5, title: options.title,
            width: options.width ?? .singleColumn
        ).figure()
    }
}
