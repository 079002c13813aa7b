using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>One text file of the repository: its path below the root, with forward slashes, and its text.</summary>
internal sealed class SourceFile(string path, string text)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    private CompilationUnitSyntax? _syntax;

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string Extension => System.IO.Path.GetExtension(Path);

    public string Stem => System.IO.Path.GetFileNameWithoutExtension(Path);

    public bool IsCSharp => Extension == ".cs";

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>The C# syntax tree; only meaningful when <see cref="IsCSharp"/>.</summary>
    public CompilationUnitSyntax Syntax =>
        _syntax ??= CSharpSyntaxTree.ParseText(Text, Options).GetCompilationUnitRoot();

    /// <summary>The lines without their line ends; a final line end starts no further line.</summary>
    public string[] Lines()
    {
        string[] lines = Text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
