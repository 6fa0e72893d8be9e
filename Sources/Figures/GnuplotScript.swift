import Foundation

/// A figure as one self-contained gnuplot script: data in named blocks, drawing commands, nothing else.
///
/// `gnuplot x.gp`, run from anywhere, writes the picture into the folder in which the script lies. Text that came from
/// outside occurs only as single-quoted strings and in comments inside data blocks, so it can never be a command.
public enum GnuplotScript {
    /// The script that draws `figure`.
    ///
    /// - Parameter path: where the picture is to go; only its last component is used, for the folder is the script's.
    public static func render(_ figure: Figure, format: Figure.Format = .svg, output path: String) -> String {
        render(
            figure, terminal: GnuplotTerminal(format, look: figure.theme), output: (path as NSString).lastPathComponent)
    }

    /// - Parameter output: the picture's name; nil writes the picture to gnuplot's standard output.
    static func render(_ figure: Figure, terminal: GnuplotTerminal, output: String?) -> String {
        var writer = ScriptWriter(figure: figure, terminal: terminal)
        writer.writeHeader(output: output)
        for (index, panel) in figure.panels.enumerated() { writer.writeData(of: panel, number: index + 1) }
        writer.line("set multiplot")
        for (index, panel) in figure.panels.enumerated() { writer.write(panel, number: index + 1) }
        writer.line("unset multiplot")
        writer.line("unset output")
        return writer.text
    }
}
