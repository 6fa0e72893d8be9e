import Foundation

/// The title and the description of an SVG, which readers hear who cannot see it, and which catalogues find it by.
///
/// gnuplot writes a title and a description of its own, the same in every file; they give way to the figure's. A picture
/// drawn again from its script by hand has gnuplot's.
enum PictureDescription {
    /// `picture` with the figure's words in it; unchanged where it does not begin as gnuplot's SVG does.
    static func added(to picture: Data, of figure: Figure) -> Data {
        let head = String(decoding: picture.prefix(4096), as: UTF8.self)
        guard let start = head.range(of: "<title>"), let end = head.range(of: "</desc>"),
            start.lowerBound < end.lowerBound, !head[..<start.lowerBound].contains("<g")
        else { return picture }
        let before = head[..<start.lowerBound].utf8.count
        let after = head[..<end.upperBound].utf8.count
        let words =
            "<title>\(escaped(title(of: figure)))</title>\n<desc>\(escaped(figure.description))</desc>"
        return picture.prefix(before) + Data(words.utf8) + withoutCDATAEnds(picture.dropFirst(after))
    }

    /// The heading, else what is on the axes.
    private static func title(of figure: Figure) -> String {
        if let title = figure.title { return title }
        guard figure.panels.count == 1, let panel = figure.panels.first else {
            return "Figure of \(figure.panels.count) panels"
        }
        let axes = [panel.y.title, panel.x.title].filter { !$0.isEmpty }.joined(separator: " against ")
        return panel.title ?? (axes.isEmpty ? "Figure" : axes)
    }

    /// gnuplot leaves `>` as it is in text, where XML forbids it after `]]` only.
    private static func withoutCDATAEnds(_ data: Data) -> Data {
        guard data.range(of: Data("]]>".utf8)) != nil else { return data }
        return Data(String(decoding: data, as: UTF8.self).replacing("]]>", with: "]]&gt;").utf8)
    }

    private static func escaped(_ text: String) -> String {
        GnuplotText.singleLine(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
