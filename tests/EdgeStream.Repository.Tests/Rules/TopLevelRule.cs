namespace EdgeStream.Repository.Tests.Rules;

/// <summary>The root of the repository holds what the design lists and nothing else.</summary>
internal static class TopLevelRule
{
    private static readonly string[] Allowed =
    [
        "src", "tests", "firmware-samples", "deploy",
        "EdgeStream.sln", "README.md", "publish.ps1", "LICENSE",
        "global.json",
    ];

    public static IEnumerable<string> Violations(IEnumerable<string> paths) =>
        from name in paths.Select(path => path.Split('/')[0]).Distinct()
        where !Allowed.Contains(name) && name[0] != '.' && !IsDirectoryProps(name)
        select $"{name}: nothing but {string.Join(", ", Allowed)}, dotfiles and Directory.*.props belongs in the root.";

    private static bool IsDirectoryProps(string name) =>
        name.StartsWith("Directory.", StringComparison.Ordinal) && name.EndsWith(".props", StringComparison.Ordinal);
}
