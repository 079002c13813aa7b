using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics.Tests;

/// <summary>Runs a script over the operators alone: no disk, no loop. It can be saved and restored at any
/// step.</summary>
internal sealed class ScriptRun
{
    private readonly QueryScript _script;
    private readonly Dictionary<string, List<string>> _output = new(StringComparer.Ordinal);
    private QueryGraph _graph = null!;
    private Dictionary<string, RecordDecoder> _decoders = [];
    private Dictionary<string, RecordColumns> _columns = [];

    public ScriptRun(QueryScript script)
    {
        _script = script;
        Begin();
    }

    /// <summary>What came out, by in-application stream.</summary>
    public IReadOnlyDictionary<string, List<string>> Output => _output;

    public QueryGraph Graph => _graph;

    /// <summary>Puts in everything, calling back before each step.</summary>
    public void Run(Action<int>? before = null)
    {
        for (var index = 0; index < _script.Steps.Count; index++)
        {
            before?.Invoke(index);
            Take(_script.Steps[index]);
        }
    }

    /// <summary>Goes on with what is saved now and nothing else.</summary>
    public void Restart()
    {
        var saved = new ByteBuffer();
        _graph.Save(saved);
        Begin();
        Assert.True(_graph.TryLoad(saved.Written));
        var again = new ByteBuffer();
        _graph.Save(again);
        Assert.Equal(Convert.ToHexString(saved.Written), Convert.ToHexString(again.Written));
    }

    private void Begin()
    {
        var definition = new QueryDefinition
        {
            Name = "script",
            Sql = _script.Sql,
            Inputs = _script.Inputs,
            References = [.. _script.Tables.Select(table => table.Reference)],
        };
        _graph = ApplicationPlanner.Plan(
            definition, name => _script.Steps.Any(step => step.Stream == name) ? [] : null);
        for (var index = 0; index < _graph.Tables.Count; index++)
        {
            var (table, reference) = _graph.Tables[index];
            table.Replace(new TableLoader(table, reference, TimeProvider.System).Read(
                Encoding.UTF8.GetBytes(_script.Tables[index].Content)));
        }

        _decoders = _graph.Sources.ToDictionary(
            source => source.Input.Stream, source => new RecordDecoder(_graph.Context, source));
        _columns = _decoders.Keys.ToDictionary(name => name, _ => new RecordColumns());
        foreach (var (name, decoder) in _decoders)
        {
            decoder.Attach(_columns[name]);
        }

        foreach (var (name, stream) in _graph.Streams)
        {
            stream.Add(new RowObserver(stream.Schema, row => Note(name, row)));
        }
    }

    private void Take((string? Stream, long Time, string Json) step)
    {
        if (step.Stream is null)
        {
            _graph.AdvanceTo(step.Time);
            return;
        }

        var record = new StreamRecord
        {
            Sequence = new SequenceNumber(1),
            ArrivalTime = new Timestamp(step.Time),
            EventTime = new Timestamp(step.Time),
            PartitionKey = "key"u8,
            Data = Encoding.UTF8.GetBytes(step.Json),
        };
        if (!_decoders.TryGetValue(step.Stream, out var decoder))
        {
            return;
        }

        var isJson = _columns[step.Stream].TryRead(record.Data);
        if (decoder.Decode(in record, step.Time, null!, isJson) is { } row)
        {
            _graph.Take(decoder.Source, row);
        }
    }

    private void Note(string stream, QueryRow row)
    {
        if (!_output.TryGetValue(stream, out var rows))
        {
            rows = [];
            _output.Add(stream, rows);
        }

        var text = QueryScript.TimeText(row.Rowtime);
        for (var column = 0; column < row.Columns.Count; column++)
        {
            text += " | " + row.TextOf(column);
        }

        rows.Add(text);
    }
}
