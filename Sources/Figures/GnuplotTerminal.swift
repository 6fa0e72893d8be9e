import Foundation

/// One of gnuplot's terminals, set so that points and millimetres come out at their real size.
///
/// The terminals disagree about the size of a font, of a line and of a marker of size 1; the factors were measured on
/// their output (gnuplot 5.4).
struct GnuplotTerminal {
    /// The command that selects the terminal for a page of the given size in millimetres.
    let selection: @Sendable (_ width: Double, _ height: Double) -> String
    /// gnuplot's `pointsize` for a marker 1 point wide.
    let markerUnit: Double
    /// The same for triangles and diamonds, which must be wider to look as large. Cairo draws them as wide as a circle,
    /// the SVG terminal 1.4 times that.
    let pointedMarkerUnit: Double
    /// gnuplot's tick `scale` for a tick 1 point long.
    let tickUnit: Double

    init(_ format: Figure.Format) {
        switch format {
        case .svg:
            // A CSS pixel is 1/96 inch, a point 4/3 of it.
            selection = { width, height in
                let size = [width, height].map { GnuplotText.number(($0 / 25.4 * 96).rounded()) }
                return "set terminal svg size \(size[0]),\(size[1]) fixed enhanced font '\(Theme.font),7' "
                    + "fontscale 1.3333 linewidth 1.3333 background rgb 'white'"
            }
            markerUnit = 0.2136
            pointedMarkerUnit = 0.19
            tickUnit = 0.2
        case .pdf:
            selection = { width, height in
                let size = [width, height].map { GnuplotText.measure($0 / 10) }
                return "set terminal pdfcairo size \(size[0])cm,\(size[1])cm enhanced font '\(Theme.font),7' "
                    + "fontscale 0.75 linewidth 2"
            }
            markerUnit = 0.165
            pointedMarkerUnit = 0.2
            tickUnit = 0.2
        case .png:
            // 300 dots per inch.
            selection = { width, height in
                let size = [width, height].map { GnuplotText.number(($0 / 25.4 * 300).rounded()) }
                return "set terminal pngcairo size \(size[0]),\(size[1]) enhanced font '\(Theme.font),7' "
                    + "fontscale 3.07 linewidth 3.9 dashlength 2"
            }
            markerUnit = 0.683
            pointedMarkerUnit = 0.83
            tickUnit = 0.2
        }
    }

    /// A picture for a terminal, `pixels` wide.
    init(sixelWidth pixels: Double) {
        selection = { width, height in
            let scale = pixels / width
            let size = [width, height].map { GnuplotText.number(($0 * scale).rounded()) }
            let points = GnuplotText.measure(scale * 25.4 / 72)
            return "set terminal sixelgd size \(size[0]),\(size[1]) truecolor enhanced font '\(Theme.font),7' "
                + "fontscale \(points)*0.75 linewidth \(points) background rgb 'white'"
        }
        // libgd draws circles and squares smaller than triangles.
        markerUnit = 0.3 * pixels / 600
        pointedMarkerUnit = 0.2 * pixels / 600
        tickUnit = 0.2
    }
}
