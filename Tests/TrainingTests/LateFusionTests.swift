import Cohorts
import Foundation
import Results
import SurvivalNetworks
import Testing
import TogetherApart

@testable import Training

/// Late fusion against R: `Tests/Fixtures/method/lateFusion.R`.
@Suite struct LateFusionTests {
    private struct Oracle: Decodable {
        let time: [Double]
        let event: [Bool]
        let own: [Double]
        let risk: [Double]
        let heldOut: [Double]
        let standardised: [Double]
        let times: [Double]
        let cases: [Case]

        /// Survival where the second model's risk has that slope in patients it was not fitted to.
        struct Case: Decodable {
            let slope: Double
            /// Whether the slope of the sum is larger.
            let isBound: Bool
            let survival: [[Double]]
        }

        init() throws {
            let file = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../Fixtures/method/lateFusion.json")
            self = try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: file))
        }
    }

    /// A model that knows each patient's risk.
    private struct Known: SurvivalModel {
        let risk: [Double]
        var heldOut: [Double]?
        var slope = 1.0
        var name: String { "known" }
        var settings: [Predictions.Setting] { [] }
        var learning: Learning { .fit { [self] data, _, _ in Fitted(self, data.patients) } }

        final class Fitted: FittedSurvival {
            let known: Known
            let patients: [Int]
            init(_ known: Known, _ patients: [Int]) {
                self.known = known
                self.patients = patients
            }
            var parameterCount: Int { 3 }
            var trainingRisk: [Double] { patients.map { known.risk[$0] } }
            var crossFitted: (risk: [Double], slope: Double)? {
                known.heldOut.map { all in (patients.map { all[$0] }, known.slope) }
            }
            func forecast(
                _ inputs: [ModalityInput], patients: [Int], times: [Double], observe: (Double) throws -> Void
            ) throws -> SurvivalForecast {
                SurvivalForecast(
                    risk: patients.map { known.risk[$0] },
                    survival: Matrix(
                        rows: patients.count, columns: times.count,
                        values: [Double](repeating: 1, count: patients.count * times.count)))
            }
        }
    }

    @Test func risksAreAddedAndSurvivalIsBreslows() throws {
        let oracle = try Oracle()
        var cohort = try Samples.cohort(patients: oracle.time.count)
        cohort.outcome = try Outcome(time: oracle.time, event: oracle.event)
        for known in oracle.cases {
            let options = Samples.options {
                $0.with = Known(risk: oracle.risk, heldOut: oracle.heldOut, slope: known.slope)
            }
            let model = try train(Known(risk: oracle.own), on: cohort, options: options) { _ in }
            #expect(model.parameterCount == 6)
            let forecast = try model.forecast(cohort, patients: Array(cohort.patients.indices), times: oracle.times)
            // The slope of the sum is found under a penalty of 1e-4.
            let tolerance = known.isBound ? 1e-9 : 5e-4
            for patient in oracle.time.indices {
                #expect(abs(forecast.risk[patient] - oracle.standardised[patient]) <= 1e-9)
                for (place, expected) in known.survival[patient].enumerated() {
                    #expect(abs(forecast.survival[patient, place] - expected) <= tolerance)
                }
            }
        }
    }

    /// What is seen inside is the network's; what is predicted is not.
    @Test func embeddingsStayTheNetworks() throws {
        let cohort = try Samples.cohort()
        let known = cohort.outcome.time.map { -$0 }
        let alone = try Samples.crossValidated(cohort)
        let fused = try Samples.crossValidated(
            cohort, Samples.model(), Samples.options { $0.with = Known(risk: known, heldOut: known) })
        #expect(fused.embeddings.parts == alone.embeddings.parts)
        #expect(fused.saliency.parts == alone.saliency.parts)
        #expect(fused.histories == alone.histories)
        #expect(fused.predictions.risk != alone.predictions.risk)
        #expect(fused.predictions.run.settings.contains(.init(name: "with", value: "known")))
        #expect(!alone.predictions.run.settings.contains { $0.name == "with" })
    }

    @Test func aModelWithoutHeldOutRisksIsRefused() throws {
        for model in [Known(risk: [Double](repeating: 0, count: 40)), Samples.model()] as [any SurvivalModel] {
            let error = #expect(throws: TrainingError.self) {
                // Before a single step of the network.
                _ = try train(Samples.model(), on: Samples.cohort(), options: Samples.options { $0.with = model }) {
                    _ in
                    Issue.record("something was trained")
                }
            }
            #expect(error == .notFusible(model.name))
            #expect(
                error?.errorDescription
                    == "\(model.name) cannot be fused with another model: it says nothing of patients that its fit left out"
            )
            #expect(error?.recoverySuggestion == "with=(model cox)")
        }
    }
}
