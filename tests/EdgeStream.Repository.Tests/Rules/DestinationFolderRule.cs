namespace EdgeStream.Repository.Tests.Rules;

/// <summary>Each destination of the delivery room is a folder of the same few small files: its options, what sends to
/// it, and little beside these; a protocol of its own is a folder below.</summary>
internal static class DestinationFolderRule
{
    /// <summary>Files of a destination, without its protocol.</summary>
    internal const int FilesMax = 8;

    /// <summary>Lines of each of them.</summary>
    internal const int LinesMax = 350;

    private const string Room = "src/EdgeStream.Delivery/";
    private const string Options = "DestinationOptions.cs";
    private const string Protocol = "Protocol";

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        var folders = files
            .Where(file => file.Path.StartsWith(Room, StringComparison.Ordinal)
                && file.Path.EndsWith(".cs", StringComparison.Ordinal) && file.Path.IndexOf('/', Room.Length) > 0)
            .GroupBy(file => file.Path[Room.Length..].Split('/')[0], StringComparer.Ordinal);
        return folders.Where(folder => folder.Any(file => file.Path.EndsWith(Options, StringComparison.Ordinal)))
            .SelectMany(folder => ViolationsOf(folder.Key, [.. folder]));
    }

    private static IEnumerable<string> ViolationsOf(string name, IReadOnlyList<SourceFile> files)
    {
        var folder = Room + name;
        var own = files.Where(file => file.Path.LastIndexOf('/') == folder.Length).ToList();
        foreach (var file in files.Except(own))
        {
            if (file.Path[(folder.Length + 1)..].Split('/') is not [Protocol, _])
            {
                yield return $"{file.Path}: a destination has no other folder than {Protocol}.";
            }
        }

        if (!own.Exists(file => file.Path == $"{folder}/{name}{Options}"))
        {
            yield return $"{folder}: the options are not in {name}{Options}.";
        }

        if (own.Count(file => file.Path == $"{folder}/{name}Target.cs" || file.Path == $"{folder}/{name}Destination.cs")
            != 1)
        {
            yield return $"{folder}: what sends to it is not in {name}Target.cs or {name}Destination.cs.";
        }

        if (own.Count > FilesMax)
        {
            yield return $"{folder}: {own.Count} files, at most {FilesMax} are few.";
        }

        foreach (var file in own.Where(file => file.Text.Count(sign => sign == '\n') > LinesMax))
        {
            yield return $"{file.Path}: more than {LinesMax} lines are not small.";
        }
    }
}
