using EdgeStream.Sql;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>A query at work: its operators, what feeds them, and what takes their rows.</summary>
internal sealed class RunningQuery : IDisposable
{
    private readonly RecordDecoder[] _decoders;

    public RunningQuery(
        QueryDefinition definition,
        QueryGraph graph,
        string epoch,
        Func<string, DataStream> streamOf,
        TimeProvider time)
    {
        Definition = definition;
        Graph = graph;
        Epoch = epoch;
        Fingerprint = definition.Fingerprint();
        _decoders = [.. graph.Sources.Select(source => new RecordDecoder(graph.Context, source))];
        Writers = [.. definition.Outputs.Select(output => new OutputWriter(
            graph.Context, streamOf(output.Stream), graph.Streams[output.From].Schema, output, definition.Name,
            epoch))];
        for (var index = 0; index < Writers.Count; index++)
        {
            graph.Streams[definition.Outputs[index].From].Add(Writers[index]);
        }

        Tables = [.. graph.Tables.Select(table => new TableLoader(table.Table, table.Reference, time))];
        Publish(0, 0);
    }

    public QueryDefinition Definition { get; }

    public QueryGraph Graph { get; }

    /// <summary>Tells this text of the query from earlier and later ones of its name.</summary>
    public string Epoch { get; }

    public byte[] Fingerprint { get; }

    public IReadOnlyList<OutputWriter> Writers { get; }

    public IReadOnlyList<TableLoader> Tables { get; }

    public IEnumerable<RecordDecoder> Decoders => _decoders;

    /// <summary>Why it does nothing any more; null while it runs.</summary>
    public string? StoppedBy { get; private set; }

    public Exception? Failure { get; set; }

    public long RowsIn { get; private set; }

    /// <summary>How it stood when it was last looked at.</summary>
    public QueryStatus Status { get; private set; } = null!;

    /// <summary>Takes a record of a stream; whether the pass over it found a JSON object is said once for
    /// all.</summary>
    public void Take(scoped in MergedRecord merged, bool isJson)
    {
        if (StoppedBy is not null)
        {
            return;
        }

        // All inputs of a reader are inputs of each of its queries: one decoder is for all there is.
        foreach (var decoder in _decoders)
        {
            if (_decoders.Length > 1 && decoder.Source.Input.Stream != merged.Source.Stream.Name)
            {
                continue;
            }

            var row = decoder.Decode(merged.Record, merged.Rowtime, merged.Source.Shard, isJson);
            if (row is not null)
            {
                RowsIn++;
                Graph.Take(decoder.Source, row);
            }
        }
    }

    public void ReportLate(scoped in MergedRecord merged)
    {
        if (StoppedBy is not null)
        {
            return;
        }

        foreach (var decoder in _decoders)
        {
            if (decoder.Source.Input.Stream == merged.Source.Stream.Name)
            {
                decoder.ReportLate(merged.Record, merged.Source.Watermark);
            }
        }
    }

    /// <summary>Writes all state: operators, tables, and the records that wait to be put in order; each with its length
    /// before it.</summary>
    public void SaveState(ByteBuffer output, MergedInput input)
    {
        output.Clear();
        var part = new ByteBuffer();
        Graph.Save(part);
        Append(output, part);
        input.SavePending(part);
        Append(output, part);
        foreach (var loader in Tables)
        {
            loader.Table.Save(part);
            Append(output, part);
        }
    }

    /// <summary>Takes over what <see cref="SaveState"/> wrote; what waits to be put in order is left to the
    /// input.</summary>
    public bool TryLoadState(ReadOnlySpan<byte> bytes, out byte[] pending)
    {
        var reader = new StateReader(bytes);
        var graph = reader.ReadBytes(reader.ReadInt32());
        pending = reader.ReadBytes(reader.ReadInt32()).ToArray();
        foreach (var loader in Tables)
        {
            var table = new StateReader(reader.ReadBytes(reader.ReadInt32()));
            loader.Table.Load(ref table);
            if (table.IsBroken)
            {
                reader.Break();
            }
        }

        return !reader.IsBroken && reader.Rest.IsEmpty && Graph.TryLoad(graph);
    }

    /// <summary>Stops if its state takes more memory than it may.</summary>
    /// <returns>Whether it has stopped now.</returns>
    public bool KeepMemoryBound()
    {
        if (StoppedBy is not null || Graph.SizeBytes <= Definition.MemoryBytesMax)
        {
            return false;
        }

        StoppedBy = $"Its state takes {Graph.SizeBytes} bytes, and may take {Definition.MemoryBytesMax}. "
            + "Raise the limit, shorten its windows, or group by less.";
        return true;
    }

    /// <summary>Stops for an error that nobody has thought of.</summary>
    public void Fail(Exception error)
    {
        StoppedBy = error.Message;
        Publish(0, 0);
    }

    /// <summary>Shows how it stands to who looks from outside.</summary>
    public void Publish(long lag, long skipped)
    {
        var now = Graph.Context.Clock.Now;
        Status = new QueryStatus(
            Definition.Name,
            StoppedBy is not null ? "stopped" : Failure is not null ? "waiting" : "running",
            StoppedBy ?? Failure?.Message,
            RowsIn,
            RowsOut(),
            Graph.Context.Errors.Count,
            Graph.Context.Errors.Last,
            Graph.SizeBytes,
            Graph.Held,
            lag,
            skipped,
            now is long.MinValue or long.MaxValue ? null : new Storage.Timestamp(now),
            [.. Graph.Streams.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Rows))])
        {
            Tables = Tables.Count == 0 ? [] : [.. Tables.Select(static table => table.Status)],
        };
    }

    public void Dispose()
    {
        foreach (var writer in Writers)
        {
            writer.Dispose();
        }
    }

    private static void Append(ByteBuffer output, ByteBuffer part)
    {
        output.AppendInt32(part.Length);
        output.Append(part.Written);
        part.Clear();
    }

    private long RowsOut()
    {
        long rows = 0;
        foreach (var (name, stream) in Graph.Streams)
        {
            var isOutput = name == ApplicationPlanner.ResultName;
            foreach (var output in Definition.Outputs)
            {
                isOutput |= output.From == name && name != ErrorNames.Stream;
            }

            rows += isOutput ? stream.Rows : 0;
        }

        return rows;
    }
}
