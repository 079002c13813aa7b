using System.Numerics;

namespace EdgeStream.Storage;

/// <summary>
/// Files of a log that openings have set aside, since all of each could be read and nothing in it said what it was.
/// </summary>
/// <remarks>They are never removed by the log: somebody may still read in them what it cannot.</remarks>
/// <param name="Count">How many there are.</param>
/// <param name="SizeBytes">Bytes that they take on disk.</param>
public readonly record struct SetAsideFiles(int Count, long SizeBytes)
    : IAdditionOperators<SetAsideFiles, SetAsideFiles, SetAsideFiles>
{
    /// <summary>The sum.</summary>
    public static SetAsideFiles operator +(SetAsideFiles left, SetAsideFiles right) =>
        new(left.Count + right.Count, left.SizeBytes + right.SizeBytes);

    /// <summary>Looks at a log's folder.</summary>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    internal static SetAsideFiles In(IDisk disk, string folder)
    {
        var found = default(SetAsideFiles);
        foreach (var name in disk.List(folder))
        {
            if (FoundSegments.TryParseSetAside(name, out _))
            {
                found += new SetAsideFiles(1, SizeOf(disk, Path.Combine(folder, name)));
            }
        }

        return found;
    }

    private static long SizeOf(IDisk disk, string path)
    {
        try
        {
            using var file = disk.Open(path);
            return file.SizeBytes;
        }
        catch (IOException)
        {
            // Taken away at this moment, or nobody can say how large it is.
            return 0;
        }
    }
}
