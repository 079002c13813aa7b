using System.Diagnostics;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>The checked-out repository: its root folder and the files that git tracks or would add.</summary>
internal static class RepositoryTree
{
    private const string SolutionName = "EdgeStream.sln";
    private const int BinaryProbeBytes = 8000;

    private static readonly Lazy<IReadOnlyList<SourceFile>> AllTexts = new(ReadTexts);

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Paths that are committed or staged, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> TrackedPaths { get; } = ListPaths("--cached");

    /// <summary>Tracked paths and new ones no ignore rule covers, so that a rule fails before the commit.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        .. ListPaths("--cached", "--others", "--exclude-standard").Where(path => File.Exists(Path.Combine(Root, path))),
    ];

    /// <summary>Every file of <see cref="Paths"/> that holds no NUL byte near its beginning.</summary>
    public static IReadOnlyList<SourceFile> Texts => AllTexts.Value;

    public static string FindRoot(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionName)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {start} holds {SolutionName}.");
    }

    private static List<string> ListPaths(params string[] selection)
    {
        ProcessStartInfo start = new("git")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])["-c", "safe.directory=*", "ls-files", "-z", .. selection])
        {
            start.ArgumentList.Add(argument);
        }

        using Process git = Process.Start(start)!;
        Task<string> errors = git.StandardError.ReadToEndAsync();
        string listing = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"These tests read the file list from git, which failed in {Root}: {errors.Result.Trim()}");
        }

        return [.. listing.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];
    }

    private static List<SourceFile> ReadTexts()
    {
        List<SourceFile> texts = [];
        foreach (string path in Paths)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(Root, path));
            if (!bytes.AsSpan(0, Math.Min(bytes.Length, BinaryProbeBytes)).Contains((byte)0))
            {
                texts.Add(new SourceFile(path, System.Text.Encoding.UTF8.GetString(bytes)));
            }
        }

        return texts;
    }
}
