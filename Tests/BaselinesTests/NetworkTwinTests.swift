import SurvivalNetworks
import Testing
import Torch

@testable import Baselines

/// Whole networks against twins in plain PyTorch, in evaluation; see oracle.py.
@Suite struct NetworkTwinTests {
    private let twins: Oracle.Networks
    private let cohort: TwinCohort

    init() throws {
        twins = try Oracle.load().networks
        cohort = try TwinCohort()
    }

    private func network<N: BaselineNetwork>(_ type: N.Type, _ options: N.Options) throws -> N {
        let network = try N(options, data: cohort.data, outputs: 4, generator: TensorGenerator(seed: 1))
        try network.parameters.fillWithSines()
        return network
    }

    @Test(arguments: SNN.Options.Fusion.allCases) func snn(fusion: SNN.Options.Fusion) throws {
        var options = SNN.Options()
        (options.dim, options.fusion) = (8, fusion)
        let network = try network(SNN.self, options)
        try expectTwin(
            network, network.forward(cohort.batch, training: nil), fusion == .late ? twins.snnLate : twins.snn)
    }

    @Test func abmil() throws {
        var options = ABMIL.Options()
        (options.dim, options.hidden) = (8, 6)
        let network = try network(ABMIL.self, options)
        try expectTwin(network, network.forward(cohort.batch, training: nil), twins.abmil)
    }

    @Test func mcat() throws {
        var options = MCAT.Options()
        options.dim = 8
        let network = try network(MCAT.self, options)
        try expectTwin(network, network.forward(cohort.batch, training: nil), twins.mcat)
    }

    @Test func survpath() throws {
        var options = SurvPath.Options()
        options.dim = 8
        let network = try network(SurvPath.self, options)
        try expectTwin(network, network.forward(cohort.batch, training: nil), twins.survpath)
    }

    @Test func motcat() throws {
        var options = MOTCat.Options()
        options.common.dim = 8
        let network = try network(MOTCat.self, options)
        let output = try network.forward(cohort.batch, training: nil)
        try expectTwin(network, output, twins.motcat)
        let (sets, bag) = try network.tokens(of: cohort.batch, training: nil)
        let plan = try network.plan(sets, bag, cohort.batch).doubles()
        let saliency = try #require(output.embeddings.first { $0.modality == "histology" }?.saliency).doubles()
        let (longest, expected) = (bag.count, try #require(twins.motcat.plans))
        for (patient, tokens) in TwinCohort.patchCounts.enumerated() where tokens > 0 {
            let start = patient * longest * 3
            // A plan's entries are well below 1.
            expectClose(plan[start..<start + tokens * 3].map { $0 * 10 }, expected[patient].map { $0 * 10 })
            expectClose(
                Array(saliency[patient * longest..<patient * longest + tokens]),
                try #require(twins.motcat.saliency)[patient])
        }
    }

    @Test(arguments: [true, false]) func mmp(tokenNetworks: Bool) throws {
        var options = MMP.Options()
        (options.dim, options.prototypes, options.tokenNetworks) = (8, 3, tokenNetworks)
        let network = try network(MMP.self, options)
        // The centres of k-means are as its start is drawn; the twin has these.
        let encoder = try #require(network.encoders[0] as? MixtureEncoder)
        try encoder.mixture.prototypes.assign(Tensor(wave(0.9, 18), shape: [3, 6]))
        try expectTwin(
            network, network.forward(cohort.batch, training: nil), tokenNetworks ? twins.mmp : twins.mmpShared)
    }

    @Test func cmta() throws {
        var options = CMTA.Options()
        (options.dim, options.setHidden) = (16, 10)
        let network = try network(CMTA.self, options)
        try expectTwin(network, network.pass(cohort.batch, training: nil, withTerms: true), twins.cmta)
        let evaluated = try network.forward(cohort.batch, training: nil)
        #expect(evaluated.terms.isEmpty)
        expectClose(try evaluated.outputs.doubles(), twins.cmta.outputs)
    }

    @Test func pibd() throws {
        var options = PIBD.Options()
        options.dim = 8
        let network = try network(PIBD.self, options)
        try expectTwin(network, network.forward(cohort.batch, training: nil), twins.pibdEvaluated)
        network.parameters.clearGradients()
        try expectTwin(network, network.pass(cohort.batch, training: nil, withTerms: true), twins.pibd)
    }
}
