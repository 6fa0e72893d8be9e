import Results

extension PatchBags {
    /// The same bags with noise: to every feature a normal deviate is added whose standard deviation is `noise` times that
    /// of the feature over all patches. It is drawn whenever a bag is read, the same each time, so that nothing is kept in
    /// memory; of one seed, another `noise` gives the same deviates, larger or smaller.
    ///
    /// Reads every bag once, for the standard deviations.
    ///
    /// - Throws: what reading features throws.
    public func perturbed(by noise: Double, seed: UInt64) throws -> PatchBags {
        let deviations = try standardDeviations().map { Float(noise * $0) }
        var generator = SeededGenerator(seed: seed)
        return PatchBags(
            width: width, precision: precision,
            bags: bags.map { .perturbed($0, deviations: deviations, seed: generator.next()) },
            cachedFolder: cachedFolder)
    }

    /// Of each feature over the patches of all patients, by n − 1; 0 where there are fewer than two. Welford's recurrence,
    /// in O(width) memory beside one bag.
    func standardDeviations() throws -> [Double] {
        var count = 0.0
        var means = [Double](repeating: 0, count: width)
        var squares = [Double](repeating: 0, count: width)
        for patient in 0..<patientCount where self.count(of: patient) > 0 {
            let values = try features(of: patient)
            for start in stride(from: 0, to: values.count, by: width) {
                count += 1
                for feature in 0..<width {
                    let value = Double(values[start + feature])
                    let distance = value - means[feature]
                    means[feature] += distance / count
                    squares[feature] += distance * (value - means[feature])
                }
            }
        }
        return squares.map { count > 1 ? ($0 / (count - 1)).squareRoot() : 0 }
    }
}
