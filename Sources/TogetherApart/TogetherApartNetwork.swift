import Results
import SurvivalNetworks
import Torch

/// Together-Then-Apart: what modalities share is aligned through common prototypes, what is each one's own is kept by
/// its anchors, and both predict survival.
///
/// Objective J = L_survival + λ_T L_together − λ_A Φ, with
///
///     L_together = Σ_m UOT(C_m) + Σ_{m<m'} [contrast(s_m, s_m') + VIC(s_m, s_m')]
///     −Φ         = Σ_m [contrast(two views of r_m) + anchor margin(r_m)]
///
/// Every loss is a mean over the patients who have the modalities it speaks of.
public final class TogetherApartNetwork: SurvivalNetwork {
    /// Names of the terms besides the survival loss.
    public static let togetherTerm = "together"
    public static let apartTerm = "apart"
    /// Views are halves of the tokens where every bag of the batch has this many, else two dropout passes.
    private static let tokensToHalve = 16
    /// From this many patients on, contrasts find enough candidates within the batch.
    private static let batchWithoutMemory = 8

    public let parameters: ParameterStore
    private let settings: HyperParameters
    private let inputs: [ModalityInput]
    private let encoders: [any TokenEncoder]
    private let together: Together?
    private let apart: Apart?
    private let fusion: any FusionHead
    /// Which parameters belong to which side: those of the encoders, of the branches, of the head.
    private let groups: (encoders: [Tensor], together: [Tensor], apart: [Tensor], fusion: [Tensor])
    /// By modality, of recent patients: shared embeddings, and the directions of shared and specific ones.
    private let sharedMemory: [(vectors: EmbeddingMemory, directions: EmbeddingMemory)]
    private let specificMemory: [EmbeddingMemory]
    /// By modality: where the transports of the training patients last ended.
    private let potentials: [PotentialMemory]
    /// True in the first half of the `sequential` schedule.
    private var specificIsSilent = false
    private var warnings: [String] = []
    private var warnedOf: Set<String> = []

    /// - Precondition: one branch is on, and the hyper-parameters are in their ranges.
    public init(
        _ settings: HyperParameters, inputs: [ModalityInput], outputs: Int, generator: TensorGenerator
    ) throws {
        precondition(settings.shared || settings.specific, "a model without either branch has no embedding")
        guard !inputs.isEmpty else { throw PreparationError.noModalities }
        self.settings = settings
        self.inputs = inputs
        let store = ParameterStore(generator: generator)
        parameters = store
        var boundaries = [0]
        encoders = try inputs.map {
            try $0.makeEncoder(
                store, width: settings.dim, dropout: settings.dropout, inputDropout: settings.inputDropout)
        }
        boundaries.append(store.tensors.count)
        let tokens = zip(inputs, encoders).map { input, encoder in
            (
                modality: input.name, count: input.tokenNames.count,
                linearWidth: settings.linearValues ? encoder.linearWidth : 0
            )
        }
        together = settings.shared ? try Together(store, settings, tokens: tokens) : nil
        boundaries.append(store.tensors.count)
        apart = settings.specific ? try Apart(store, settings, tokens: tokens) : nil
        boundaries.append(store.tensors.count)
        let widths =
            [Int](repeating: together?.width ?? 0, count: together == nil ? 0 : inputs.count)
            + [Int](repeating: settings.dim, count: apart == nil ? 0 : inputs.count)
        fusion =
            switch settings.fusion {
            case .linear:
                try LinearFusion(store, widths: widths, outputs: outputs, dropout: settings.headDropout)
            case .transformer:
                try TransformerFusion(
                    store, widths: widths, width: settings.dim, outputs: outputs, dropout: settings.headDropout)
            }
        let all = store.tensors
        groups = (
            Array(all[boundaries[0]..<boundaries[1]]), Array(all[boundaries[1]..<boundaries[2]]),
            Array(all[boundaries[2]..<boundaries[3]]), Array(all[boundaries[3]...])
        )
        sharedMemory = inputs.map { _ in (EmbeddingMemory(), EmbeddingMemory()) }
        specificMemory = inputs.map { _ in EmbeddingMemory() }
        potentials = inputs.map { _ in PotentialMemory(prototypes: settings.prototypes) }
    }

    public func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    private func warnOnce(_ text: String) {
        if warnedOf.insert(text).inserted { warnings.append(text) }
    }

    // MARK: Schedules

    public func updates(epoch: Int, of epochs: Int) -> [NetworkUpdate] {
        let weights = [Self.togetherTerm: settings.together, Self.apartTerm: settings.apart]
        specificIsSilent = false
        let togetherStep = NetworkUpdate(
            name: "together", parameters: groups.encoders + groups.together + groups.fusion,
            weights: [Self.togetherTerm: settings.together])
        let apartStep = NetworkUpdate(
            name: "apart", parameters: groups.apart + groups.fusion, weights: [Self.apartTerm: settings.apart])
        switch settings.schedule {
        case .joint:
            return [NetworkUpdate(name: "joint", parameters: parameters.tensors, weights: weights)]
        case .alternate:
            return [togetherStep, apartStep]
        case .sequential:
            specificIsSilent = epoch < epochs / 2
            return [specificIsSilent ? togetherStep : apartStep]
        }
    }

    // MARK: Forward

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        var embeddings: [EmbeddingOutput] = []
        var transportLosses: [Tensor] = []
        var apartLosses: [Tensor] = []
        for (modality, input) in inputs.enumerated() {
            guard let part = batch.modalities[modality] else { continue }
            let tokens = try tokens(of: part, modality: modality, generator)
            let patients = part.rows.map { batch.patients[$0] }
            if let together {
                // In training, a patient's transport starts where it ended the last time.
                let start = generator == nil ? nil : potentials[modality].start(of: patients)
                let shared = try together(tokens, start: start, modality: modality, shown: generator == nil)
                if generator != nil { potentials[modality].remember(shared.potentials, of: patients) }
                if shared.unconverged > 0 {
                    warnOnce(
                        "the transport of \(input.name) did not converge within 1,000 iterations for some patients; "
                            + "a larger epsilon converges faster")
                }
                transportLosses.append(shared.transportLoss)
                embeddings.append(
                    EmbeddingOutput(
                        modality: input.name, role: .shared, rows: part.rows, vectors: shared.embedding,
                        saliency: shared.shown?.saliency, prototypes: shared.shown?.prototypes))
            }
            if let apart, !specificIsSilent {
                let distinguished = settings.apart > 0 ? generator : nil
                let halves = try distinguished.flatMap { try self.halves(of: part, $0) } ?? []
                let own = try apart(tokens, modality: modality, views: [nil] + halves)
                embeddings.append(
                    EmbeddingOutput(
                        modality: input.name, role: .specific, rows: part.rows, vectors: own.embeddings[0],
                        saliency: generator == nil ? try own.attention.padded(to: part.segments) : nil))
                if let distinguished {
                    apartLosses += try distinctiveness(
                        own.embeddings[0], halves: Array(own.embeddings.dropFirst()), part, patients,
                        modality: modality, distinguished)
                }
            }
        }
        return NetworkOutput(
            outputs: try fused(embeddings, batch, generator),
            terms: generator == nil
                ? [] : try terms(embeddings, transportLosses, apartLosses, batch: batch),
            embeddings: embeddings)
    }

    /// The tokens of all patients, and what they are made of where that is gathered, too.
    private func tokens(of part: ModalityBatch, modality: Int, _ generator: TensorGenerator?) throws -> Tokens {
        let encoder = encoders[modality]
        let (matrix, linear) =
            settings.linearValues
            ? try encoder.tokensAndLinear(of: part, training: generator)
            : (try encoder.unpaddedTokens(of: part, training: generator), nil)
        return Tokens(matrix, part.segments, precision: part.precision, madeOf: linear)
    }

    /// Embeddings of present modalities in their places, zeros elsewhere, through the head.
    private func fused(
        _ embeddings: [EmbeddingOutput], _ batch: Batch, _ generator: TensorGenerator?
    ) throws -> Tensor {
        var slots: [Tensor] = []
        var presence: [Tensor] = []
        for (role, width) in [
            (Embeddings.Role.shared, together?.width), (.specific, apart == nil ? nil : settings.dim),
        ] {
            guard let width else { continue }
            for (modality, input) in inputs.enumerated() {
                let embedding = embeddings.first { $0.modality == input.name && $0.role == role }
                let part = batch.modalities[modality]
                if let part, part.rows.count == batch.count {
                    presence.append(try .ones([batch.count]))
                    slots.append(try embedding?.vectors ?? .zeros([batch.count, width]))
                } else {
                    let zeros = try Tensor.zeros([batch.count])
                    presence.append(
                        try part.map { try zeros.addingAt(0, $0.rowIndices, .ones([$0.rows.count])) } ?? zeros)
                    let empty = try Tensor.zeros([batch.count, width])
                    slots.append(
                        try part.flatMap { part in
                            try embedding.map { try empty.addingAt(0, part.rowIndices, $0.vectors) }
                        } ?? empty)
                }
            }
        }
        return try fusion.outputs(
            slots, presence: .stacked(presence, dimension: 1),
            isComplete: batch.modalities.allSatisfy { $0?.rows.count == batch.count }, training: generator)
    }

    // MARK: Terms

    private func terms(
        _ embeddings: [EmbeddingOutput], _ transportLosses: [Tensor], _ apartLosses: [Tensor], batch: Batch
    ) throws -> [ObjectiveTerm] {
        var terms: [ObjectiveTerm] = []
        if together != nil, settings.together > 0 {
            let losses = try transportLosses + alignment(embeddings.filter { $0.role == .shared }, batch)
            if let total = try Tensor.total(losses) { terms.append(ObjectiveTerm(Self.togetherTerm, total)) }
        }
        if let total = try Tensor.total(apartLosses) { terms.append(ObjectiveTerm(Self.apartTerm, total)) }
        return terms
    }

    /// The losses between every two modalities, over the patients who have both.
    private func alignment(_ shared: [EmbeddingOutput], _ batch: Batch) throws -> [Tensor] {
        let memories = batch.count < Self.batchWithoutMemory ? sharedMemory : nil
        var losses: [Tensor] = []
        for (first, a) in shared.enumerated() {
            for b in shared[(first + 1)...] {
                let both = a.rows.filter(Set(b.rows).contains)
                guard !both.isEmpty else { continue }
                let x = try a.vectors(at: both)
                let y = try b.vectors(at: both)
                let memoryX = memories.flatMap { memory(a.modality, in: $0) }
                let memoryY = memories.flatMap { memory(b.modality, in: $0) }
                if settings.contrast {
                    let contrast = try infoNCE(
                        x, y, patients: both.map { batch.patients[$0] }, temperature: settings.temperature,
                        memoryX: memoryX?.directions, memoryY: memoryY?.directions)
                    if let contrast { losses.append(contrast) } else { warnOfCandidates() }
                } else {
                    losses.append(try (1 - (x.normalized() * y.normalized()).sum(1)).mean())
                }
                if settings.sharedDim > 0 {
                    losses.append(
                        try varianceInvarianceCovariance(
                            x, y, memoryX: memoryX?.vectors, memoryY: memoryY?.vectors))
                }
            }
        }
        if let memories {
            for part in shared {
                guard let memory = memory(part.modality, in: memories) else { continue }
                let patients = part.rows.map { batch.patients[$0] }
                if settings.contrast {
                    try memory.directions.remember(part.vectors.detached().normalized(), of: patients)
                }
                if settings.sharedDim > 0 { try memory.vectors.remember(part.vectors, of: patients) }
            }
        }
        return losses
    }

    /// −Φ of one modality: the contrast of two views and the margin to the anchors.
    ///
    /// - Parameter halves: what two halves of the tokens embed; empty for bags that are not halved.
    private func distinctiveness(
        _ embedding: Tensor, halves: [Tensor], _ part: ModalityBatch, _ patients: [Int], modality: Int,
        _ generator: TensorGenerator
    ) throws -> [Tensor] {
        guard let apart else { return [] }
        var losses: [Tensor] = []
        if settings.views {
            let views = halves.isEmpty ? try passes(over: part, modality: modality, generator) : halves
            let memory = patients.count < Self.batchWithoutMemory ? specificMemory[modality] : nil
            let contrast = try infoNCE(
                views[0], views[1], patients: patients, temperature: settings.temperature, memoryX: memory,
                memoryY: memory)
            if let contrast { losses.append(contrast) } else { warnOfCandidates() }
            try memory?.remember(embedding.detached().normalized(), of: patients)
        }
        if inputs.count > 1, let margin = settings.margin {
            losses.append(try apart.marginLoss(embedding, modality: modality, margin: margin))
        }
        return losses
    }

    /// Masks that leave out a random half of each patient's tokens, and the other half; none where a bag is small.
    private func halves(of part: ModalityBatch, _ generator: TensorGenerator) throws -> [Tensor]? {
        guard settings.views, (part.tokenCounts.min() ?? 0) >= Self.tokensToHalve else { return nil }
        let half = try generator.coins([part.segments.rowCount], probability: 0.5)
        return [try half.logicalNot(), half]
    }

    /// Two dropout passes over the patients' tokens, the views of small bags.
    private func passes(
        over part: ModalityBatch, modality: Int, _ generator: TensorGenerator
    ) throws -> [Tensor] {
        guard let apart else { preconditionFailure("views are of the Apart branch") }
        return try (0..<2).map { _ in
            let again = try tokens(of: part, modality: modality, generator)
            return try apart(again, modality: modality).embeddings[0]
        }
    }

    private func memory<Memory>(_ modality: String, in memories: [Memory]) -> Memory? {
        inputs.firstIndex { $0.name == modality }.map { memories[$0] }
    }

    private func warnOfCandidates() {
        warnOnce("a batch had fewer than two patients to contrast, so it went without the contrast")
    }
}

extension EmbeddingOutput {
    /// The vectors of those positions of the batch.
    ///
    /// - Precondition: the positions are among `rows`.
    fileprivate func vectors(at positions: [Int]) throws -> Tensor {
        if positions == rows { return vectors }
        let places = positions.compactMap { rows.firstIndex(of: $0) }
        return try vectors.selected(0, Tensor(indices: places))
    }
}

extension Tensor {
    /// The sum of single numbers; nil when there are none.
    fileprivate static func total(_ values: [Tensor]) throws -> Tensor? {
        guard let first = values.first else { return nil }
        return try values.dropFirst().reduce(first) { try $0 + $1 }
    }
}
