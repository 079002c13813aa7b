namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>The lines that were entered, kept in a file: the newest <see cref="LinesMax"/>.</summary>
/// <remarks>The file belongs to its user alone. One that cannot be read or written is done without; several tools may
/// append to it at the same time.</remarks>
internal sealed class LineHistory
{
    /// <summary>Lines that are kept.</summary>
    public const int LinesMax = 1_000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string? _file;
    private readonly List<string> _lines = [];
    private int _place;
    private string _draft = "";

    /// <summary>Reads the file; null for a history that nobody keeps.</summary>
    public LineHistory(string? file)
    {
        _file = file;
        try
        {
            if (file is not null && File.Exists(file))
            {
                _lines.AddRange(File.ReadLines(file).TakeLast(LinesMax));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _file = null;
        }

        _place = _lines.Count;
    }

    /// <summary>The lines, the newest last.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Where the file is by default: <c>$EDGESTREAM_SQL_HISTORY</c>, else in <c>$XDG_STATE_HOME</c> or
    /// <c>~/.local/state</c>; null where there is no home.</summary>
    public static string? DefaultFile()
    {
        if (Environment.GetEnvironmentVariable("EDGESTREAM_SQL_HISTORY") is { } named)
        {
            return named.Length > 0 ? named : null;
        }

        var home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } path
            ? Path.Combine(path, ".local", "state")
            : null;
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set ? set : home;
        return state is null ? null : Path.Combine(state, "edgestream", "sql_history");
    }

    /// <summary>Adds a line, if it is not the one before again.</summary>
    public void Add(string line)
    {
        if (line.Trim().Length > 0 && (_lines.Count == 0 || _lines[^1] != line))
        {
            _lines.Add(line);
            Append(line);
            if (_lines.Count >= 2 * LinesMax)
            {
                _lines.RemoveRange(0, _lines.Count - LinesMax);
            }
        }

        (_place, _draft) = (_lines.Count, "");
    }

    /// <summary>An earlier or later line than the one that is shown; null where there is none.</summary>
    /// <param name="step">-1 for earlier, 1 for later.</param>
    /// <param name="shown">What is shown, kept if it is no line of the history.</param>
    public string? Move(int step, string shown)
    {
        var next = _place + step;
        if (next < 0 || next > _lines.Count)
        {
            return null;
        }

        _draft = _place == _lines.Count ? shown : _draft;
        _place = next;
        return next == _lines.Count ? _draft : _lines[next];
    }

    /// <summary>Makes the file as short as the history is.</summary>
    public void Trim()
    {
        try
        {
            if (_file is not null && File.Exists(_file) && File.ReadLines(_file).Count() > LinesMax)
            {
                var kept = File.ReadLines(_file).TakeLast(LinesMax).ToArray();
                File.WriteAllLines(_file, kept);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A history that stays too long is shortened the next time.
            return;
        }
    }

    private void Append(string line)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
            var options = new FileStreamOptions
            {
                Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var writer = new StreamWriter(new FileStream(_file, options));
            writer.Write(line + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The line is in memory all the same.
            return;
        }
    }
}
