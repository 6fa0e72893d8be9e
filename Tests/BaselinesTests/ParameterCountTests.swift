import Cohorts
import Results
import Testing
import Torch

@testable import Baselines
@testable import SurvivalNetworks

/// As many parameters as PyTorch twins of the papers' sizes have.
@Suite struct ParameterCountTests {
    private let oracle: Oracle.Counts

    init() throws { oracle = try Oracle.load().counts }

    /// Four patients with patches of that width and gene sets of those sizes.
    private func data(patches width: Int, sets sizes: [Int]) throws -> TrainingData {
        let features = sizes.max() ?? 0
        let bags = PatchBags(
            width: width,
            features: (0..<4).map { patient in (0..<20 * width).map { Float(($0 * 7 + patient) % 11) } })
        return TrainingData(
            inputs: [
                ModalityInput(
                    name: "histology", content: .patches(bags), present: [true, true, true, true], tokenNames: []),
                genes(sizes, features: features),
            ], patients: [0, 1, 2, 3],
            outcome: try Outcome(time: [1, 2, 3, 4], event: [true, true, true, true]))
    }

    private func genes(_ sizes: [Int], features: Int) -> ModalityInput {
        ModalityInput(
            name: "genomics",
            content: .sets(
                values: [Float](repeating: 0, count: 4 * features), width: features, sets: sizes.map { Array(0..<$0) }),
            present: [true, true, true, true], tokenNames: sizes.indices.map { "set \($0)" })
    }

    private func count<N: BaselineNetwork>(_ type: N.Type, _ options: N.Options, _ data: TrainingData) throws -> Int {
        try N(options, data: data, outputs: 4, generator: TensorGenerator(seed: 1)).parameters.parameterCount
    }

    @Test func mcatAndMotcatWithSixFamiliesAnd1024Features() throws {
        let data = try data(patches: 1024, sets: oracle.families)
        #expect(try count(MCAT.self, MCAT.Options(), data) == oracle.mcat)
        #expect(oracle.mcat == 4_484_614)
        #expect(try count(MOTCat.self, MOTCat.Options(), data) == oracle.motcat)
        #expect(oracle.motcat == 4_221_446)
    }

    @Test func survpathWith331PathwaysAnd768Features() throws {
        let data = try data(patches: 768, sets: oracle.pathways)
        #expect(try count(SurvPath.self, SurvPath.Options(), data) == oracle.survpath)
        #expect(oracle.survpath == 24_702_532)
    }

    @Test func pibdWith331PathwaysAnd768Features() throws {
        let data = try data(patches: 768, sets: oracle.pathways)
        #expect(try count(PIBD.self, PIBD.Options(), data) == oracle.pibd)
        #expect(oracle.pibd == 26_930_702)
    }

    @Test func cmtaWithSixFamiliesAnd1024Features() throws {
        let data = try data(patches: 1024, sets: oracle.families)
        #expect(try count(CMTA.self, CMTA.Options(), data) == oracle.cmta)
        #expect(oracle.cmta == 8_229_444)
    }

    /// The code's 8,551,360 less the 288 of a layer norm that it declares and never calls.
    @Test func mmpWith16PrototypesAnd50Sets() throws {
        let data = try data(patches: 1024, sets: oracle.hallmarks)
        #expect(try count(MMP.self, MMP.Options(), data) == oracle.mmp)
        #expect(oracle.mmp == 8_551_360 - 288)
        var shared = MMP.Options()
        shared.tokenNetworks = false
        #expect(try count(MMP.self, shared, data) == oracle.mmpShared)
    }

    @Test func snnAndAbmilOnOneModality() throws {
        let families = oracle.families.reduce(0, +)
        let data = try data(patches: 1024, sets: [families])
        let genes = TrainingData(inputs: [data.inputs[1]], patients: data.patients, outcome: data.outcome)
        let histology = TrainingData(inputs: [data.inputs[0]], patients: data.patients, outcome: data.outcome)
        #expect(try count(SNN.self, SNN.Options(), genes) == oracle.snn)
        #expect(try count(ABMIL.self, ABMIL.Options(), histology) == oracle.abmil)
    }
}
