import Baselines
import Cohorts
import Results
import Testing
import Torch

@testable import SurvivalNetworks

@Suite struct NetworkTests {
    /// Forms of two modalities, in either order.
    static let pairs: [[Form]] = Form.allCases.flatMap { first in Form.allCases.map { [first, $0] } }

    /// A patient's outputs are the same alone as in a batch of bags of other sizes and of patients who lack modalities:
    /// nothing of padding or of a neighbour gets in.
    @Test(arguments: SmallModel.all(), pairs) func aPatientDoesNotDependOnTheBatch(small: SmallModel, forms: [Form])
        throws
    {
        var cohort = try plantedCohort(forms, patients: 12)
        cohort.modalities[0].present[3] = false
        cohort.modalities[0].present[5] = false
        cohort.modalities[1].present[4] = false
        let data = try cohort.trainingData()
        let network = try small.network(data)
        let rows = [2, 3, 4, 5, 7]
        let together = try network.forward(Batch(rows, of: data.inputs), training: nil)
        let all = try together.outputs.doubles()
        #expect(all.allSatisfy { $0.isFinite })
        let width = together.outputs.shape[1]
        for (place, row) in rows.enumerated() {
            let alone = try network.forward(Batch([row], of: data.inputs), training: nil).outputs.doubles()
            for (x, y) in zip(alone, all[place * width..<(place + 1) * width]) {
                #expect(abs(x - y) <= 1e-4 * max(1, abs(y)), "\(small.model.name) \(forms): \(x) and \(y)")
            }
        }
        // Of patients who lack a modality the other one is seen.
        #expect(zip(all[width..<2 * width], all[3 * width..<4 * width]).contains { abs($0 - $1) > 1e-6 })
        // Embeddings speak of those who have the modality, and each one's tokens share 1 among them.
        for embedding in together.embeddings {
            let modality = try #require(cohort.modalities.firstIndex { $0.name == embedding.modality })
            #expect(embedding.rows == rows.indices.filter { cohort.modalities[modality].present[rows[$0]] })
            #expect(embedding.vectors.shape[0] == embedding.rows.count)
            guard let saliency = embedding.saliency else { continue }
            for sum in try saliency.sum(1).doubles() { #expect(abs(sum - 1) <= 1e-4, "\(small.model.name)") }
        }
    }

    /// Narrow patches are taken as they are, also where some patients have none.
    @Test(.enabled(if: TorchRuntime.hasNarrowProducts == true, "no products in bfloat16"), arguments: SmallModel.all())
    func narrowPatchesOfSomePatients(small: SmallModel) throws {
        var cohort = try plantedCohort([.patches, .sets], patients: 12).keepingFeatures(in: .bf16)
        cohort.modalities[0].present[3] = false
        let data = try cohort.trainingData()
        for generator in [nil, try TensorGenerator(seed: 2)] {
            let output = try small.network(data).forward(Batch([1, 2, 3], of: data.inputs), training: generator)
            #expect(try output.outputs.doubles().allSatisfy { $0.isFinite }, "\(small.model.name)")
        }
    }

    /// Either modality matters to the outputs, and every parameter is reached by the objective.
    @Test(arguments: SmallModel.all()) func everyParameterLearns(small: SmallModel) throws {
        let data = try plantedCohort([.patches, .sets], patients: 16).trainingData()
        let network = try small.network(data)
        let batch = try Batch(data.patients, of: data.inputs)
        let output = try network.forward(batch, training: TensorGenerator(seed: 3))
        let update = network.updates(epoch: 0, of: 1)[0]
        let loss = SurvivalLoss.discrete(try TimeGrid(fitting: data.outcome, bins: 4))
        var objective = try #require(try loss.value(output.outputs, data.outcome))
        for term in output.terms {
            let weight = try #require(update.weights[term.name], "\(term.name) has no weight")
            #expect(try term.value.item().isFinite)
            objective = try objective + term.value * weight
        }
        try objective.backward()
        for (name, parameter) in zip(network.parameters.names, network.parameters.tensors) {
            // A constant added to all scores changes no softmax.
            if name.hasSuffix("attention.score.bias") { continue }
            let gradient = try #require(try parameter.gradient(), "\(small.model.name): \(name) has no gradient")
            #expect(try gradient.abs().sum().item() > 0, "\(small.model.name): the gradient of \(name) is 0")
        }
        let evaluated = try network.forward(batch, training: nil)
        #expect(evaluated.terms.isEmpty)
    }

    @Test(arguments: SmallModel.all()) func oneModalityOrThree(small: SmallModel) throws {
        for forms: [Form] in [[.sets], [.patches, .sets, .columns]] {
            let data = try plantedCohort(forms, patients: 8).trainingData()
            guard small.joinsTwo else {
                let output = try small.network(data).forward(Batch([0, 1], of: data.inputs), training: nil)
                #expect(try output.outputs.doubles().allSatisfy { $0.isFinite })
                continue
            }
            let name = small.model.name
            let error = try #require(throws: BaselineError.self) { try small.network(data) }
            #expect(
                error.errorDescription
                    == (forms.count == 1
                        ? "\(name) joins two modalities, and the cohort has only sets1"
                        : "\(name) joins two modalities, and the cohort has 3: patches1, sets2, columns3"))
            #expect(
                error.recoverySuggestion
                    == (forms.count == 1
                        ? "attach a second one, or use a model that takes any number: snn, abmil, concat"
                        : "attach only the two that \(name) is to join, or use a model that takes any number: snn, "
                            + "abmil, concat"))
        }
    }
}
