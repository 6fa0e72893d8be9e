internal import CTorch

/// The terms between embeddings of the same patients, whose gradients are known in closed form. A memory holds rows that
/// take part besides and get no gradient.
extension Tensor {
    /// InfoNCE of self, x, and y: the mean over rows and both directions of −log of the share that the own pair has among
    /// all by exp(cosine/τ).
    ///
    /// - Parameters:
    ///   - memories: further candidates of either kind, [remembered, width], of length 1.
    ///   - own: true where a remembered row is of the very patient, [patients, remembered], which is then no candidate; nil
    ///     where none is.
    public func contrast(
        with y: Tensor, temperature: Double, memories: (x: Tensor?, y: Tensor?) = (nil, nil),
        own: (x: Tensor?, y: Tensor?) = (nil, nil)
    ) throws -> Tensor {
        try .made {
            ct_contrast(
                handle, y.handle, memories.x?.handle, memories.y?.handle, own.x?.handle, own.y?.handle, temperature, &$0
            )
        }
    }

    /// mean ‖x − y‖², plus for both, with what is remembered of them, Σ_j max(0, 1 − sd_j) + 0.1 · Σ_{j≠l} cov_jl² / width;
    /// the latter are left out below two rows.
    public func varianceInvarianceCovariance(
        with y: Tensor, memories: (x: Tensor?, y: Tensor?) = (nil, nil)
    ) throws -> Tensor {
        try .made {
            ct_variance_invariance_covariance(handle, y.handle, memories.x?.handle, memories.y?.handle, &$0)
        }
    }

    /// mean max(0, margin − cos(r, a_own) + max_{others} cos(r, a)) of self, r, with a the mean of a modality's unit anchors.
    ///
    /// - Parameters:
    ///   - anchors: [anchors, width], a modality each; at least two.
    ///   - own: which of them is the embeddings' own.
    public func marginLoss(to anchors: [Tensor], own: Int, margin: Double) throws -> Tensor {
        try withExtendedLifetime(anchors) {
            try .made { ct_anchor_margin(handle, anchors.map { $0.handle }, anchors.count, own, margin, &$0) }
        }
    }
}
