namespace EdgeStream.Repository.Tests.Rules;

/// <summary>No source file is longer than <see cref="LineCountMax"/> lines.</summary>
/// <remarks>The reference of the configuration is one YAML file because a user's configuration is; it is as long as
/// there are keys.</remarks>
internal static class FileLengthRule
{
    public const int LineCountMax = 600;

    private static readonly string[] Folders = ["src", "tests", "deploy", "firmware-samples"];

    private static readonly string[] Extensions = [".cs", ".js", ".css", ".mjs", ".sh", ".py", ".c", ".h"];

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where Extensions.Contains(file.Extension) && Folders.Any(file.IsUnder)
        let count = file.Lines().Length
        where count > LineCountMax
        select $"{file.Path}: {count} lines; at most {LineCountMax}. Split it by noun.";
}
