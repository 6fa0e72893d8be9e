internal import CGnuplot

/// Which characters the installed fonts can draw.
enum FontCoverage {
    /// `script` with a □ for every character that no installed font has, and a comment that lists them.
    ///
    /// gnuplot's cairo terminals, which make PDF and PNG, draw the placeholder of a missing character many times too
    /// large, over the whole figure. An SVG leaves the choice of fonts to whoever shows it.
    static func replacingMissing(in script: String) -> String {
        let candidates = Set(script.unicodeScalars.lazy.filter { $0.value > 0x7E })
            .filter { !$0.properties.isDefaultIgnorableCodePoint }
            .sorted()
        guard !candidates.isEmpty else { return script }
        let missing = Set(uncovered(candidates))
        guard !missing.isEmpty else { return script }
        let stand: UnicodeScalar = missing.contains("□") || !uncovered(["□"]).isEmpty ? "?" : "□"
        var replaced = String.UnicodeScalarView()
        for scalar in script.unicodeScalars { replaced.append(missing.contains(scalar) ? stand : scalar) }
        let list = missing.sorted().map { "U+" + String($0.value, radix: 16, uppercase: true) }
        return "# No installed font has \(list.joined(separator: ", ")): replaced. fonts-droid-fallback and\n"
            + "# fonts-symbola (Debian) have most characters.\n" + String(replaced)
    }

    static func uncovered(_ scalars: [UnicodeScalar]) -> [UnicodeScalar] {
        var covered = [UInt8](repeating: 0, count: scalars.count)
        cgnuplot_covered(scalars.map(\.value), scalars.count, &covered)
        return zip(scalars, covered).filter { $0.1 == 0 }.map(\.0)
    }
}
