using System.Globalization;
using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>A query, rows with their times, and the rows that must come of them: one piece of a file in
/// <c>tests/data/sql/queries</c>.</summary>
/// <remarks>
/// A piece begins with <c>=== title</c>. Its sections begin with <c>---</c>: <c>columns NAME</c> (a column and
/// its type a
/// line), <c>table NAME</c> (the same, then <c>..</c> and the lines of a CSV file), <c>sql</c>, <c>rows
/// NAME</c> (a time
/// and a JSON object a line; the name before the time where there are several), <c>advance TIME</c>, <c>expect NAME</c>
/// (a time, and the values with <c>|</c> between them), <c>error</c> (what the message must hold).
/// </remarks>
internal sealed class QueryScript(string file, string title)
{
    private static readonly DateTime Day = new(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc);

    public string File => file;

    public string Title => title;

    public string Sql { get; private set; } = "";

    public List<QueryInput> Inputs { get; } = [];

    public List<(QueryReference Reference, string Content)> Tables { get; } = [];

    /// <summary>What is put in: a row of a stream, or a time that has come.</summary>
    public List<(string? Stream, long Time, string Json)> Steps { get; } = [];

    public Dictionary<string, List<string>> Expected { get; } = new(StringComparer.Ordinal);

    public string? Error { get; private set; }

    public override string ToString() => $"{file}: {title}";

    public static IEnumerable<QueryScript> All() =>
        Directory.GetFiles(RepositoryFolder.Combine("tests", "data", "sql", "queries"), "*.slt")
            .Order(StringComparer.Ordinal).SelectMany(Read);

    /// <summary>A script that a test has made.</summary>
    public static QueryScript Of(
        string sql, IEnumerable<QueryInput> inputs, IEnumerable<(string? Stream, long Time, string Json)> steps)
    {
        var script = new QueryScript("", "made") { Sql = sql };
        script.Inputs.AddRange(inputs);
        script.Steps.AddRange(steps);
        return script;
    }

    /// <summary>A time as rows are shown with: without the day where that is the scripts' own.</summary>
    public static string TimeText(Timestamp time)
    {
        var moment = time.ToDateTimeOffset().UtcDateTime;
        var pattern = moment.Date == Day ? "HH:mm:ss.FFFFFF" : "yyyy-MM-dd HH:mm:ss.FFFFFF";
        return moment.ToString(pattern, CultureInfo.InvariantCulture);
    }

    public static long TimeOf(string text)
    {
        var time = text.Contains('-', StringComparison.Ordinal)
            ? DateTime.Parse(text, CultureInfo.InvariantCulture)
            : Day + TimeSpan.Parse(text, CultureInfo.InvariantCulture);
        return Timestamp.From(new DateTimeOffset(time, TimeSpan.Zero)).UnixMicroseconds;
    }

    private static IEnumerable<QueryScript> Read(string path)
    {
        QueryScript? script = null;
        var section = "";
        foreach (var line in System.IO.File.ReadLines(path))
        {
            if (line.StartsWith("=== ", StringComparison.Ordinal))
            {
                if (script is not null)
                {
                    yield return script;
                }

                script = new QueryScript(Path.GetFileName(path), line[4..]);
            }
            else if (line.StartsWith("--- ", StringComparison.Ordinal))
            {
                section = line[4..];
                script!.Begin(section);
            }
            else if (script is not null && line.Length > 0 && line[0] != '#')
            {
                script.Add(section, line);
            }
        }

        if (script is not null)
        {
            yield return script;
        }
    }

    private void Begin(string section)
    {
        var words = section.Split(' ', 2);
        switch (words[0])
        {
            case "columns":
                Inputs.Add(new QueryInput { Stream = words[1] });
                break;
            case "table":
                Tables.Add((new QueryReference
                {
                    Name = words[1], Path = words[1], Format = InputFormat.Csv, Columns = [],
                }, ""));
                break;
            case "advance":
                Steps.Add((null, TimeOf(words[1]), ""));
                break;
            case "expect":
                Expected.Add(words[1], []);
                break;
        }
    }

    private void Add(string section, string line)
    {
        var words = section.Split(' ', 2);
        switch (words[0])
        {
            case "columns":
                Inputs[^1] = Inputs[^1] with { Columns = [.. Inputs[^1].Columns, Column(line)] };
                break;
            case "table":
                AddToTable(line);
                break;
            case "sql":
                Sql += line + "\n";
                break;
            case "rows":
                AddRow(words[1], line);
                break;
            case "expect":
                Expected[words[1]].Add(string.Join(" | ", line.Split('|').Select(value => value.Trim())));
                break;
            case "error":
                Error = line;
                break;
        }
    }

    private void AddToTable(string line)
    {
        var (reference, content) = Tables[^1];
        var isColumn = content.Length == 0 && line != "..";
        Tables[^1] = isColumn
            ? (reference with { Columns = [.. reference.Columns, Column(line)] }, "")
            : (reference, content + (line == ".." ? "\n" : line + "\n"));
    }

    private void AddRow(string stream, string line)
    {
        var json = line.IndexOf('{', StringComparison.Ordinal);
        var head = line[..(json < 0 ? line.Length : json)].Trim();
        var isNamed = char.IsLetter(head[0]);
        var name = isNamed ? head[..head.IndexOf(' ', StringComparison.Ordinal)] : stream;
        var time = isNamed ? head[(name.Length + 1)..] : head;
        Steps.Add((name, TimeOf(time.Trim()), json < 0 ? "" : line[json..]));
    }

    private static QueryInputColumn Column(string line)
    {
        var words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        return new QueryInputColumn(words[0], Parser.Begin(words[1]).ParseType());
    }
}
