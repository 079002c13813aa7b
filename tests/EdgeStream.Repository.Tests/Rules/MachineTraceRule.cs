using System.Text.RegularExpressions;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>
/// Nothing committed names one particular machine: no absolute path of a working copy or a home folder, no private
/// package feed. The forbidden words are written in two pieces so that this file does not contain them.
/// </summary>
internal static class MachineTraceRule
{
    private static readonly string[] WorkFolders = ["/" + "work/", "/" + "root/", "/tmp/" + "wt"];

    /// <summary>A path is absolute when nothing that could be its parent stands before it.</summary>
    private static readonly Regex AbsolutePath = new(
        @"(?<![\w})\].~-])(?:" + string.Join('|', WorkFolders.Select(Regex.Escape)) + ")",
        RegexOptions.CultureInvariant);

    /// <summary>npm writes where it fetched from; only the public registry is the same for everyone.</summary>
    private static readonly Regex PrivateNpm = new(
        @"""resolved"":\s*""https?://(?!registry\.npmjs\.org/)", RegexOptions.CultureInvariant);

    private static readonly string[] FeedSettings = ["nuget.config", ".npmrc", "pip.conf", "sources.list"];

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            if (FeedSettings.Contains(Path.GetFileName(file.Path), StringComparer.OrdinalIgnoreCase))
            {
                yield return $"{file.Path}: settings of a package feed belong to the machine.";
            }

            string[] lines = file.Lines();
            for (int index = 0; index < lines.Length; index++)
            {
                if (AbsolutePath.Match(lines[index]) is { Success: true } path)
                {
                    yield return $"{file.Path}:{index + 1}: a path of one machine ({path.Value}).";
                }

                if (PrivateNpm.IsMatch(lines[index]))
                {
                    yield return $"{file.Path}:{index + 1}: a package registry other than the public one.";
                }
            }
        }
    }
}
