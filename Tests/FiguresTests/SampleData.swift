import Foundation
import Projection
import Results

@testable import SurvivalStatistics

/// Made-up data for figures, the same on every run.
enum SampleData {
    struct Random: RandomNumberGenerator {
        var state: UInt64
        init(_ seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func uniform() -> Double { Double.random(in: 0..<1, using: &self) }

        mutating func normal() -> Double {
            sqrt(-2 * log(1 - uniform())) * cos(2 * .pi * uniform())
        }
    }

    /// The Kaplan-Meier curve of given follow-up, by the textbook's product, with log-log intervals.
    static func curve(_ name: String?, time: [Double], event: [Bool]) -> KaplanMeierCurve {
        let distinct = Set(time).sorted()
        var (survival, variance) = (1.0, 0.0)
        var curve = KaplanMeierCurve(
            name: name, patients: time.count, events: event.filter { $0 }.count, time: distinct, atRisk: [],
            eventCount: [], censoredCount: [], survival: [], standardError: [], lower: [], upper: [], level: 0.95)
        for moment in distinct {
            let atRisk = time.filter { $0 >= moment }.count
            let dead = zip(time, event).filter { $0 == moment && $1 }.count
            survival *= 1 - Double(dead) / Double(atRisk)
            variance += Double(dead) / (Double(atRisk) * Double(atRisk - dead))
            let spread = exp(1.959964 * sqrt(variance) / log(survival))
            curve.atRisk.append(atRisk)
            curve.eventCount.append(dead)
            curve.censoredCount.append(time.filter { $0 == moment }.count - dead)
            curve.survival.append(survival)
            curve.standardError.append(sqrt(variance))
            curve.lower.append(survival == 1 ? 1 : survival == 0 ? .nan : pow(survival, 1 / spread))
            curve.upper.append(survival == 1 ? 1 : survival == 0 ? .nan : pow(survival, spread))
            if curve.median == nil, survival <= 0.5 { curve.median = moment }
        }
        return curve
    }

    /// Exponential survival with the given median, in months, followed for one to ten years.
    static func curve(_ name: String?, patients: Int, median: Double, seed: UInt64) -> KaplanMeierCurve {
        var random = Random(seed)
        var (time, event): ([Double], [Bool]) = ([], [])
        for _ in 0..<patients {
            let death = -log(1 - random.uniform()) * median / log(2)
            let end = 12 + 108 * random.uniform()
            time.append((min(death, end) * 10).rounded() / 10)
            event.append(death <= end)
        }
        return curve(name, time: time, event: event)
    }

    /// Two causes in two groups, the second group named; times are whole, events and censorings in turns.
    static func incidences(_ name: String) -> [[CumulativeIncidenceCurve]] {
        ["first", name].map { group in
            ["relapse", "death"].enumerated().map { cause, title in
                let times = (1...12).map(Double.init)
                let events = (0..<12).map { $0 % 4 == cause ? 1 : 0 }
                let rising = events.reduce(into: [Double]()) { $0.append(($0.last ?? 0) + Double($1) / 15) }
                return CumulativeIncidenceCurve(
                    name: group, cause: title, patients: 12, events: 3, time: times, atRisk: (1...12).reversed(),
                    eventCount: events, censoredCount: (0..<12).map { $0 % 4 > 1 ? 1 : 0 }, incidence: rising,
                    standardError: rising.map { $0 / 4 }, lower: rising.map { $0 == 0 ? .nan : $0 / 2 },
                    upper: rising.map { $0 == 0 ? .nan : $0 * 1.5 }, level: 0.95, interval: .logLog)
            }
        }
    }

    /// A curve of many distinct times, without going through patients: a time per patient, every third an event.
    static func long(patients: Int) -> KaplanMeierCurve {
        var curve = curve("many", time: [], event: [])
        (curve.patients, curve.events) = (patients, (patients + 2) / 3)
        var survival = 1.0
        for index in 0..<patients {
            let isEvent = index % 3 == 0
            if isEvent { survival *= 1 - 1 / Double(patients - index) }
            curve.time.append(Double(index + 1) / Double(patients) * 10)
            curve.atRisk.append(patients - index)
            curve.eventCount.append(isEvent ? 1 : 0)
            curve.censoredCount.append(isEvent ? 0 : 1)
            curve.survival.append(survival)
            curve.standardError.append(0.01)
            curve.lower.append(max(survival - 0.01, 0))
            curve.upper.append(min(survival + 0.01, 1))
        }
        return curve
    }

    static let twoGroups = [
        curve("Low risk", patients: 104, median: 110, seed: 1), curve("High risk", patients: 96, median: 36, seed: 2),
    ]

    static let threeGroups = [
        curve("Stage I–II", patients: 70, median: 160, seed: 3),
        curve("Stage III", patients: 66, median: 60, seed: 4),
        curve("Stage IV", patients: 64, median: 22, seed: 5),
    ]

    /// Two modalities that lie together in the shared panel and apart in the specific one.
    static func map(patients: Int, modalities: [String] = ["histology", "genomics"]) -> EmbeddingMap {
        var random = Random(11)
        let groups = (0..<patients).map { _ in Int(random.uniform() * 4) }
        var (shared, specific): ([EmbeddingMap.Point], [EmbeddingMap.Point]) = ([], [])
        let centers = (0..<patients).map { patient in
            let angle = Double(groups[patient]) * 1.7
            return (x: 14 * cos(angle) + 4 * random.normal(), y: 14 * sin(angle) + 4 * random.normal())
        }
        for (index, modality) in modalities.enumerated() {
            let turn = 2 * .pi * Double(index) / Double(modalities.count)
            for patient in 0..<patients {
                shared.append(
                    .init(
                        patient: patient, modality: modality, x: centers[patient].x + 1.2 * random.normal(),
                        y: centers[patient].y + 1.2 * random.normal()))
                let along = random.normal()
                specific.append(
                    .init(
                        patient: patient, modality: modality,
                        x: 20 * cos(turn) + 6 * along + 2.5 * random.normal(),
                        y: 20 * sin(turn) - 5 * along * along + 4 * random.normal()))
            }
        }
        var covariates = Table(rowCount: patients)
        covariates["risk group"] = .labels(groups.map { $0 < 2 ? "low" : "high" })
        return EmbeddingMap(
            panels: [
                .init(role: .shared, points: shared, klDivergence: 0.8312, perplexity: 30),
                .init(role: .specific, points: specific, klDivergence: 0.6127, perplexity: 30),
            ], perplexity: 30, seed: 1, patients: (0..<patients).map { "P\($0)" }, covariates: covariates)
    }
}
