import Cohorts
import CommandLanguage
import Figures
import Results
import Training

/// C-indices of one model as more and more is taken from what it sees, drawn anew several times.
struct LossCurve {
    /// How much is taken, increasing.
    let amounts: [Double]
    /// By amount and repeat.
    let values: [[Double]]

    var means: [Double] { values.map { Moments($0).mean } }

    /// Over the repeats; NaN of one.
    var deviations: [Double] { values.map { Moments($0).deviation } }

    /// Mean and deviation, as texts print them.
    func cells(_ index: Int) -> [String] {
        let deviation = deviations[index]
        return [
            formatFixed(means[index], decimals: 4), deviation.isNaN ? "–" : formatFixed(deviation, decimals: 4),
        ]
    }

    func figure(x: [Double], xTitle: String, repeated: String, _ options: PlotOptions) throws -> Figure {
        let (means, deviations) = (means, deviations.map { $0.isNaN ? 0 : $0 })
        return try LineFigure(
            curves: [
                LineFigure.Curve(
                    name: "C-index", x: x, y: means, style: .markedLine,
                    band: (zip(means, deviations).map { $0 - $1 }, zip(means, deviations).map { $0 + $1 }))
            ], xTitle: xTitle, yTitle: "C-index", title: options.title,
            caption: values[0].count > 1 ? "band: one standard deviation over \(values[0].count) \(repeated)" : nil,
            width: options.width ?? .singleColumn
        ).figure()
    }
}

extension Arguments {
    /// The cohort of on= with the modalities of the model only, of which modality= names one.
    func commonCohort(of trained: TrainedModel) throws -> Cohort {
        var cohort = try object("on", as: CohortObject.self).cohort
        cohort.modalities.removeAll { !trained.modalities.contains($0.name) }
        let name = word("modality")
        guard cohort.modality(name) != nil else {
            throw error(
                at: "modality", "the model and the cohort have no \(name) in common",
                help: cohort.modalities.isEmpty
                    ? nil : "there is \(cohort.modalities.map(\.name).joined(separator: ", "))")
        }
        return cohort
    }

    /// An option's list of increasing numbers; nil when it is left out.
    func increasing(
        _ option: String, _ what: String, each: String, in range: ClosedRange<Double>, help: String
    ) throws -> [Double]? {
        guard has(option) else { return nil }
        guard case .list(let items) = value(option), !items.isEmpty else {
            throw error(at: option, "\(what) are a list of numbers", help: help)
        }
        let numbers = try items.map { item -> Double in
            guard case .number(let number) = item, range.contains(number) else {
                throw error(at: option, each, help: help)
            }
            return number
        }
        guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw error(at: option, "\(what) are to increase", help: help)
        }
        return numbers
    }
}
