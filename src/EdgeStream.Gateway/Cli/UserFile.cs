using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Cli;

/// <summary>A password file that is being changed; lines that are not changed stay as they are.</summary>
internal sealed class UserFile
{
    private const UnixFileMode NewFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly List<string> _lines;

    private UserFile(string path, List<string> lines, bool isNewFile)
    {
        Path = path;
        _lines = lines;
        IsNewFile = isNewFile;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Whether there was no file.</summary>
    public bool IsNewFile { get; }

    /// <summary>Reads the file; one that isn't there has no users.</summary>
    public static UserFile Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return File.Exists(full)
            ? new UserFile(full, [.. File.ReadAllLines(full)], isNewFile: false)
            : new UserFile(full, [], isNewFile: true);
    }

    /// <summary>The users.</summary>
    /// <exception cref="CommandException">There is no file, or a line of it is wrong.</exception>
    public MqttUserList Parse()
    {
        if (IsNewFile)
        {
            throw new CommandException(ExitCode.InputOutput, $"There is no file {Path}.");
        }

        try
        {
            return new MqttFiles(_ => string.Join('\n', _lines)).ReadUsers(Path);
        }
        catch (ConfigException refused)
        {
            throw new CommandException(ExitCode.Damaged, refused.Message);
        }
    }

    /// <summary>Adds or replaces a user; true when it is new.</summary>
    public bool Put(string name, MqttPasswordHash hash)
    {
        var line = $"{name}:{hash}";
        var index = IndexOf(name);
        if (index < 0)
        {
            _lines.Add(line);
        }
        else
        {
            _lines[index] = line;
        }

        return index < 0;
    }

    /// <summary>Removes a user; false where there is none.</summary>
    public bool Remove(string name)
    {
        var index = IndexOf(name);
        if (index >= 0)
        {
            _lines.RemoveAt(index);
        }

        return index >= 0;
    }

    /// <summary>Writes the file, durably.</summary>
    /// <remarks>
    /// A new file is complete when it gets its name. One that is there is written in place, so that its owner and mode
    /// stay (a service that runs as another user must still be able to read it), after a copy was made durable as
    /// <c>….new</c>: whatever happens in between, one of the two is whole.
    /// </remarks>
    public void Save()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(string.Concat(_lines.ConvertAll(line => line + "\n")));
        var copy = Path + ".new";
        Write(copy, bytes, FileMode.Create);
        if (IsNewFile)
        {
            File.Move(copy, Path);
            return;
        }

        Write(Path, bytes, FileMode.Open);
        File.Delete(copy);
    }

    private static void Write(string path, byte[] bytes, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (mode == FileMode.Create && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = NewFileMode;
        }

        using var file = new FileStream(path, options);
        file.SetLength(0);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    private int IndexOf(string name) =>
        _lines.FindIndex(line => line.TrimStart().StartsWith(name + ":", StringComparison.Ordinal));
}
