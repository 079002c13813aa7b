namespace EdgeStream.Delivery;

/// <summary>Parquet's FileMetaData (<c>parquet.thrift</c> of apache/parquet-format 2.10).</summary>
internal static class ParquetFooter
{
    private const int Version = 1;
    private const string CreatedBy = "EdgeStream version 1 (build 1)";
    private const int Required = 0;
    private const int Optional = 1;

    /// <summary>Adds the footer of a file.</summary>
    public static void Add(
        PooledBytes output, IReadOnlyList<ParquetColumn> columns, IReadOnlyList<RowGroup> groups, int codec)
    {
        var thrift = new ThriftWriter(output);
        var rows = 0L;
        thrift.Integer(1, Version);
        thrift.Structures(2, columns.Count + 1);
        thrift.Item();
        thrift.Text(4, "schema");
        thrift.Integer(5, columns.Count);
        thrift.End();
        foreach (var column in columns)
        {
            AddColumn(thrift, column);
        }

        foreach (var group in groups)
        {
            rows += group.RowCount;
        }

        thrift.Long(3, rows);
        thrift.Structures(4, groups.Count);
        for (var i = 0; i < groups.Count; i++)
        {
            AddGroup(thrift, columns, groups[i], codec);
        }

        thrift.Text(6, CreatedBy);
        thrift.Structures(7, columns.Count);
        foreach (var _ in columns)
        {
            // TypeDefinedOrder: bounds follow the order of the column's type.
            thrift.Item();
            thrift.Empty(1);
            thrift.End();
        }

        thrift.End();
    }

    private static int TypeOf(ColumnType type) => type switch
    {
        ColumnType.Boolean => 0,
        ColumnType.Int32 => 1,
        ColumnType.Int64 or ColumnType.TimestampMillis or ColumnType.TimestampMicros => 2,
        ColumnType.Float => 4,
        ColumnType.Double => 5,
        _ => 6,
    };

    private static void AddColumn(ThriftWriter thrift, ParquetColumn column)
    {
        thrift.Item();
        thrift.Integer(1, TypeOf(column.Type));
        thrift.Integer(3, column.IsRequired ? Required : Optional);
        thrift.Text(4, column.Name);
        switch (column.Type)
        {
            case ColumnType.String:
                thrift.Integer(6, 0);
                thrift.Structure(10);
                thrift.Empty(1);
                thrift.End();
                break;
            case ColumnType.TimestampMillis:
                AddTimestamp(thrift, 9, 1);
                break;
            case ColumnType.TimestampMicros:
                AddTimestamp(thrift, 10, 2);
                break;
        }

        thrift.End();
    }

    /// <summary>The older name of the type, and the newer: a time in UTC with that unit.</summary>
    private static void AddTimestamp(ThriftWriter thrift, int convertedType, int unit)
    {
        thrift.Integer(6, convertedType);
        thrift.Structure(10);
        thrift.Structure(8);
        thrift.Boolean(1, true);
        thrift.Structure(2);
        thrift.Empty(unit);
        thrift.End();
        thrift.End();
        thrift.End();
    }

    private static void AddGroup(
        ThriftWriter thrift, IReadOnlyList<ParquetColumn> columns, RowGroup group, int codec)
    {
        var size = 0L;
        var uncompressed = 0L;
        thrift.Item();
        thrift.Structures(1, columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            var chunk = group.Chunks[i];
            size += chunk.SizeBytes;
            uncompressed += chunk.UncompressedBytes;
            AddChunk(thrift, columns[i], chunk, codec);
        }

        thrift.Long(2, uncompressed);
        thrift.Long(3, group.RowCount);
        thrift.Long(5, group.Offset);
        thrift.Long(6, size);
        thrift.End();
    }

    private static void AddChunk(ThriftWriter thrift, ParquetColumn column, ColumnChunk chunk, int codec)
    {
        thrift.Item();
        thrift.Long(2, 0);
        thrift.Structure(3);
        thrift.Integer(1, TypeOf(column.Type));
        thrift.Integers(2, chunk.Encoding switch
        {
            ChunkWriter.Dictionary => [ChunkWriter.Plain, ChunkWriter.Runs, ChunkWriter.Dictionary],
            ChunkWriter.Plain => [ChunkWriter.Plain, ChunkWriter.Runs],
            _ => [ChunkWriter.Runs, chunk.Encoding],
        });
        thrift.Texts(3, column.Name);
        thrift.Integer(4, codec);
        thrift.Long(5, chunk.ValueCount);
        thrift.Long(6, chunk.UncompressedBytes);
        thrift.Long(7, chunk.SizeBytes);
        thrift.Long(9, chunk.DataOffset);
        if (chunk.DictionaryOffset is { } dictionary)
        {
            thrift.Long(11, dictionary);
        }

        AddStatistics(thrift, chunk.Statistics);
        thrift.End();
        thrift.End();
    }

    private static void AddStatistics(ThriftWriter thrift, ChunkStatistics statistics)
    {
        thrift.Structure(12);
        thrift.Long(3, statistics.NullCount);
        if (statistics is { Least: { } least, Greatest: { } greatest })
        {
            thrift.Bytes(5, greatest);
            thrift.Bytes(6, least);
            thrift.Boolean(7, true);
            thrift.Boolean(8, true);
        }

        thrift.End();
    }
}
