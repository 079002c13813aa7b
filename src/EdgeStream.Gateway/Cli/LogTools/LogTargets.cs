using EdgeStream.Gateway.Config;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>The shard logs in a folder that a person names: a data folder, a stream's, a shard's, or the state's.
/// </summary>
internal sealed class LogTargets
{
    private const string StreamsName = "streams";

    /// <summary>How far above a shard's folder its data folder is: shard, stream, streams, data.</summary>
    private const int LevelsMax = 3;

    private readonly List<LogTarget> _all = [];

    private readonly LogEncryption? _encryption;
    private readonly ClockCorrections _corrections;

    private LogTargets(string folder, LogEncryption? encryption)
    {
        DataFolder = FindDataFolder(folder);
        _encryption = encryption;
        _corrections = DataFolder is null
            ? ClockCorrections.None
            : StreamStore.ReadCorrections(new ReadOnlyDisk(), DataFolder);
    }

    /// <summary>The logs: streams by name, the state last.</summary>
    public IReadOnlyList<LogTarget> All => _all;

    /// <summary>The data folder that they are in; null for folders that stand alone.</summary>
    public string? DataFolder { get; }

    /// <summary>Whether a gateway is running on them.</summary>
    public bool IsLive => DataFolder is not null && FolderLock.IsTaken(DataFolder);

    /// <summary>Finds the logs that are wanted.</summary>
    /// <param name="folder">What the person named; null for the data folder of the configuration.</param>
    /// <param name="stream">Only this stream; null for all.</param>
    /// <param name="shard">Only this shard; null for all.</param>
    /// <param name="configFile">The configuration file; null for the usual one.</param>
    /// <param name="encryption">The keys of encrypted logs; null when there are none.</param>
    /// <exception cref="CommandException">There is none.</exception>
    public static LogTargets Find(
        string? folder, string? stream, string? shard, string? configFile, LogEncryption? encryption)
    {
        try
        {
            // The data folder, whose lock tells a running gateway, is above the real place of a shard's folder.
            var path = RealFolder.Of(folder ?? ConfiguredFolder(configFile));
            if (!Directory.Exists(path))
            {
                throw new CommandException(ExitCode.InputOutput, $"There is no folder {path}.");
            }

            var targets = new LogTargets(path, encryption);
            targets.AddFolder(path);
            targets._all.RemoveAll(target =>
                (stream is not null && target.Stream != stream) || (shard is not null && target.Shard != shard));
            return targets._all.Count > 0
                ? targets
                : throw new CommandException(
                    ExitCode.InputOutput,
                    $"{path} holds no such log. Name a data folder, or the folder of a stream or of a shard.");
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CommandException(
                ExitCode.InputOutput, $"{error.Message} Run it as the user that runs the gateway.");
        }
    }

    /// <summary>Opens one of them for looking.</summary>
    /// <exception cref="IOException">A file cannot be read, or is of another version of the format.</exception>
    public LogLook Open(LogTarget target) => new(target, IsLive);

    /// <summary>The size of each log's segment files.</summary>
    public long[] MeasureFiles() => [.. _all.Select(target => target.MeasureFiles())];

    /// <summary>Refuses a folder that a gateway has open; nobody opens it until the lock is disposed.</summary>
    /// <exception cref="IOException">A gateway is running on it.</exception>
    public FolderLock? Lock() => DataFolder is null ? null : FolderLock.Take(DataFolder);

    private static string ConfiguredFolder(string? configFile)
    {
        try
        {
            var context = ConfigContext.ToRead();
            return ConfigLoader.Load(ConfigLoader.Find(configFile), context).DataFolder;
        }
        catch (ConfigException refused)
        {
            throw new CommandException(
                ExitCode.Config,
                $"the configuration does not say where the data is; name the folder.\n{refused.Message}");
        }
    }

    private static string? FindDataFolder(string path)
    {
        var folder = path;
        for (var level = 0; level <= LevelsMax && folder is not null; level++)
        {
            if (File.Exists(Path.Combine(folder, FolderLock.FileName)))
            {
                return folder;
            }

            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    private void AddFolder(string path)
    {
        if (HasSegments(path))
        {
            AddShard(path);
            return;
        }

        var streams = Path.Combine(path, StreamsName);
        if (!Directory.Exists(streams))
        {
            AddStream(path);
            return;
        }

        foreach (var stream in FoldersIn(streams))
        {
            AddStream(stream);
        }

        var state = Path.Combine(path, LogTarget.StateName);
        if (Directory.Exists(state) && HasSegments(state))
        {
            AddShard(state);
        }
    }

    private void AddStream(string path)
    {
        foreach (var shard in FoldersIn(path))
        {
            if (HasSegments(shard))
            {
                AddShard(shard);
            }
        }
    }

    private void AddShard(string path)
    {
        var name = Path.GetFileName(path);
        var parent = Path.GetFileName(Path.GetDirectoryName(path) ?? "");
        var isState = name == LogTarget.StateName;
        _all.Add(new LogTarget(isState ? name : parent, isState ? "" : name, path)
        {
            Encryption = _encryption, Corrections = _corrections,
        });
    }

    private static string[] FoldersIn(string path)
    {
        var folders = Directory.GetDirectories(path);
        Array.Sort(folders, StringComparer.Ordinal);
        return folders;
    }

    /// <summary>A segment that was set aside still is the log's.</summary>
    private static bool HasSegments(string path) => Directory.GetFiles(path, "????????????????????.log*").Length > 0;
}
