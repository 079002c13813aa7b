using System.Text.RegularExpressions;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>The solution names exactly the projects of the tree, and each has its committed lock file.</summary>
internal static partial class ProjectListRule
{
    public const string LockFileName = "packages.net10.0.lock.json";

    public static IEnumerable<string> Violations(string solution, IReadOnlyCollection<string> paths)
    {
        HashSet<string> listed =
            [.. ProjectEntry().Matches(solution).Select(match => match.Groups[1].Value.Replace('\\', '/'))];
        HashSet<string> present = [.. paths.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))];

        return
        [
            .. present.Except(listed).Select(path => $"{path}: not in EdgeStream.sln (dotnet sln add it)."),
            .. listed.Except(present).Select(path => $"EdgeStream.sln: lists {path}, which is not in the tree."),
            .. present.Select(path => $"{path[..path.LastIndexOf('/')]}/{LockFileName}")
                .Where(path => !paths.Contains(path))
                .Select(path => $"{path}: missing (dotnet restore writes it)."),
        ];
    }

    [GeneratedRegex("""= "[^"]*", "([^"]+\.csproj)",""")]
    private static partial Regex ProjectEntry();
}
