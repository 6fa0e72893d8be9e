import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct CalibrationCommand: Command {
    let declaration = CommandDeclaration(
        "calibration", "Predicted survival beside what happened, by group and as a curve", topic: .evaluation,
        discussion: """
            Patients are parted by predicted survival at the horizon into groups of nearly equal size, equal predictions \
            together, from the lowest risk to the highest; each group's mean prediction stands beside its Kaplan-Meier \
            estimate with a log-log interval. A group whose follow-up ends before the horizon has no estimate there. \
            Observed to expected is (1 - Kaplan-Meier) over the mean predicted risk of all: above 1 more events happened \
            than predicted.

            The curve is Austin's: a Cox model with a restricted cubic spline of log(-log survival), three knots at the \
            10th, 50th and 90th percentiles. ICI is the mean of |observed - predicted| over the patients, E50, E90 and \
            Emax its median, 90th percentile and largest value; 0 is perfect. The slope is the coefficient of log(-log \
            survival): below 1 predictions are too extreme, above 1 too timid. There is no curve when survival of exactly \
            0 or 1 is predicted, or too few distinct values; a note says so.

            Survival is read along straight lines between the times of its grid. Of cross-validated predictions all \
            held-out patients are pooled. The horizon must be below the last follow-up. Source: Austin, Harrell & van \
            Klaveren 2020; agrees with R's survfit, and with rms's rcs in its coxph (Breslow's ties for the curve, Efron's \
            for the slope).
            """,
        parameters: [
            .argument("x", .object([PredictionsObject.typeName]), "predictions with survival"),
            .option("horizon", .number(.aboveZero), required: true, "a time in the cohort's unit"),
            .option("groups", .integer(1...1000), default: "10", "how many groups"),
            .level,
        ],
        result: CalibrationObject.typeName,
        examples: [
            """
            patients = simulate patients=120 patches=10
            trained = train (model tta dim=16) on=patients epochs=2
            calibration (predict trained on=patients) horizon=1 groups=4
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let predicted = try PredictedSurvival(arguments)
        let (horizon, level) = (arguments.number("horizon"), arguments.number("level"))
        let last = predicted.outcome.time.max() ?? 0
        guard horizon > 0 && horizon < last else { throw CalibrationError.horizon(horizon, last: last) }
        let survival = try predicted.survival(at: [horizon]).values
        let grouped = try calibration(
            predicted.outcome, survival: survival, horizon: horizon, groups: arguments.integer("groups"), level: level)
        var smooth: SmoothCalibration?
        do {
            smooth = try smoothCalibration(predicted.outcome, survival: survival, horizon: horizon, level: level)
        } catch let error as CalibrationError {
            context.note("no calibration curve: \(error.errorDescription ?? "\(error)")")
        } catch let error as CoxError {
            context.note("no calibration curve: \(error.errorDescription ?? "\(error)")")
        }
        smooth?.warnings.forEach { context.warn("x = log(-log survival): \($0.description)") }
        return .object(CalibrationObject(grouped: grouped, smooth: smooth, isPooled: predicted.fold != nil))
    }
}

struct CalibrationObject: Tabular {
    static let typeName = "calibration"
    let grouped: Calibration
    let smooth: SmoothCalibration?
    let isPooled: Bool

    func text(width: Int) -> String {
        var table = TextTable([
            .number("group"), .number("patients"), .number("events"), .number("predicted"), .number("Kaplan-Meier"),
            .number(intervalTitle(level: grouped.level)),
        ])
        func add(_ name: String, _ group: Calibration.Group) {
            table.add([
                name, String(group.patients), String(group.events), formatFixed(group.predicted, decimals: 3),
                formatFixed(group.observed, decimals: 3),
                group.lower.isNaN
                    ? "–" : "\(formatFixed(group.lower, decimals: 3)) – \(formatFixed(group.upper, decimals: 3))",
            ])
        }
        for (index, group) in grouped.groups.enumerated() { add(String(index + 1), group) }
        add("all", grouped.overall)
        var lines = [
            "survival at \(formatNumber(grouped.horizon)) of \(counted(grouped.patients, "patient"))"
                + (isPooled ? ", pooled over folds" : "") + ", from the lowest predicted risk to the highest",
            table.text(width: width),
            "observed to expected events \(formatNumber(grouped.observedToExpected, digits: 3))",
        ]
        if let smooth {
            lines[2] +=
                "; slope \(formatNumber(smooth.slope, digits: 3)) "
                + "(\(formatNumber(smooth.slopeLower, digits: 3)) – \(formatNumber(smooth.slopeUpper, digits: 3)))"
            lines.append(
                "ICI \(formatFixed(smooth.index, decimals: 4)), E50 \(formatFixed(smooth.median, decimals: 4)), "
                    + "E90 \(formatFixed(smooth.ninetieth, decimals: 4)), Emax \(formatFixed(smooth.largest, decimals: 4))"
            )
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        func json(_ group: Calibration.Group) -> JSON {
            .object([
                ("patients", .number(Double(group.patients))), ("events", .number(Double(group.events))),
                ("predicted", .number(group.predicted)), ("observed", .number(group.observed)),
                ("lower", .number(group.lower)), ("upper", .number(group.upper)),
            ])
        }
        return .object([
            ("horizon", .number(grouped.horizon)), ("patients", .number(Double(grouped.patients))),
            ("level", .number(grouped.level)), ("groups", .array(grouped.groups.map(json))),
            ("overall", json(grouped.overall)), ("observed_to_expected", .number(grouped.observedToExpected)),
            ("ici", Commands.json(smooth?.index)), ("e50", Commands.json(smooth?.median)),
            ("e90", Commands.json(smooth?.ninetieth)), ("emax", Commands.json(smooth?.largest)),
            ("slope", Commands.json(smooth?.slope)), ("slope_standard_error", Commands.json(smooth?.slopeError)),
            ("slope_lower", Commands.json(smooth?.slopeLower)), ("slope_upper", Commands.json(smooth?.slopeUpper)),
        ])
    }

    /// One row per group.
    var asTable: Table {
        var export = Table(rowCount: grouped.groups.count)
        func numbers(_ part: (Calibration.Group) -> Double) -> Column { .numbers(grouped.groups.map(part)) }
        export["group"] = .numbers(grouped.groups.indices.map { Double($0 + 1) })
        export["patients"] = numbers { Double($0.patients) }
        export["events"] = numbers { Double($0.events) }
        export["predicted"] = numbers(\.predicted)
        export["observed"] = numbers(\.observed)
        export["lower"] = numbers(\.lower)
        export["upper"] = numbers(\.upper)
        return export
    }
}

extension CalibrationObject: Drawable {
    /// Observed against predicted risk.
    func figure(_ options: PlotOptions) throws -> Figure {
        try CalibrationFigure(
            grouped: grouped, smooth: smooth, timeUnit: options.unit, title: options.title,
            width: options.width ?? .singleColumn
        ).figure()
    }
}
