using EdgeStream.Analytics.Detection;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>RANDOM_CUT_FOREST and RANDOM_CUT_FOREST_WITH_EXPLANATION: each row with its score, and each column's part
/// of it.</summary>
/// <remarks>All columns that are numbers are looked at together. A row with a NULL among them scores 0 and is not
/// learnt.</remarks>
internal sealed class RandomCutForestFunction : TableFunction
{
    /// <summary>A forest of more bytes is refused before it is made.</summary>
    private const long ForestSizeBytesMax = 256L << 20;

    // By point of a tree: its values and its box's two corners, and what does not depend on its dimensions.
    private const int DimensionBytes = 3 * sizeof(float);
    private const int PointBytes = 64;

    private readonly SchemaColumn[] _columns;
    private readonly int[] _slots;
    private readonly string[] _names;
    private readonly bool _isExplained;
    private readonly bool _withDirection;
    private readonly double[] _point;
    private readonly double[] _low;
    private readonly double[] _high;
    private readonly RowBuffer _row;
    private readonly ByteBuffer _bytes = new();
    private RandomCutForest _forest;

    private RandomCutForestFunction(TableFunctionCall call, bool isExplained)
    {
        string[] names = ["numberOfTrees", "subSampleSize", "timeDecay", "shingleSize", "withDirectionality"];
        var arguments = new FunctionArguments(call, 0, isExplained ? names : names[..^1]);
        var otherwise = new RandomCutForestOptions();
        var options = new RandomCutForestOptions
        {
            NumberOfTrees = arguments.Whole(0, 1, 1000, otherwise.NumberOfTrees),
            SubSampleSize = arguments.Whole(1, 10, 1000, otherwise.SubSampleSize),
            TimeDecay = arguments.Whole(2, 1, int.MaxValue, otherwise.TimeDecay),
            ShingleSize = arguments.Whole(3, 1, 30, otherwise.ShingleSize),
        };
        _isExplained = isExplained;
        _withDirection = isExplained && arguments.Flag(4, otherwise: false);
        _slots = arguments.NumericColumns(RandomCutForest.DimensionsMax / options.ShingleSize);
        CheckSize(call, options, _slots.Length * options.ShingleSize);
        _names = Array.ConvertAll(_slots, slot => call.Columns[slot].Name);
        var score = new SchemaColumn("ANOMALY_SCORE", SqlDataType.Of(SqlType.Double));
        _columns = isExplained
            ? arguments.ColumnsWith(score, new SchemaColumn("ANOMALY_EXPLANATION", SqlDataType.Of(SqlType.Text)))
            : arguments.ColumnsWith(score);
        _row = new RowBuffer(_columns.Length);
        _point = new double[_slots.Length];
        _low = new double[_slots.Length];
        _high = new double[_slots.Length];
        _forest = new RandomCutForest(_slots.Length, options);
    }

    public override IReadOnlyList<SchemaColumn> Columns => _columns;

    public override long SizeBytes => _forest.SizeBytes;

    public static RandomCutForestFunction Make(TableFunctionCall call) => new(call, isExplained: false);

    public static RandomCutForestFunction MakeExplained(TableFunctionCall call) => new(call, isExplained: true);

    public override void Take(RowBuffer row, RowSink next)
    {
        for (var index = 0; index < _slots.Length; index++)
        {
            var value = row[_slots[index]];
            _point[index] = value.IsNumeric ? value.Number : double.NaN;
        }

        _row.Begin(row.Rowtime);
        _row.ShareFrom(row);
        if (_isExplained)
        {
            _row.Set(row.ColumnCount, SqlValue.Of(_forest.Score(_point, _low, _high)));
            _bytes.Clear();
            RandomCutForestExplanation.Write(_names, _low, _high, _withDirection, _bytes);
            _row.Set(row.ColumnCount + 1, SqlValue.Of(_bytes.Written));
        }
        else
        {
            _row.Set(row.ColumnCount, SqlValue.Of(_forest.Score(_point)));
        }

        next.Take(_row);
    }

    public override void Save(ByteBuffer output)
    {
        _bytes.Clear();
        _bytes.Advance(_forest.Save(_bytes.GetSpan(_forest.SavedBytesMax)));
        output.AppendInt32(_bytes.Length);
        output.Append(_bytes.Written);
    }

    public override void Load(ref StateReader reader)
    {
        if (RandomCutForest.TryLoad(reader.ReadBytes(reader.ReadInt32())) is { } forest
            && forest.Columns == _slots.Length)
        {
            _forest = forest;
        }
        else
        {
            reader.Break();
        }
    }

    private static void CheckSize(TableFunctionCall call, RandomCutForestOptions options, int dimensions)
    {
        var size = (long)options.NumberOfTrees * options.SubSampleSize * ((DimensionBytes * dimensions) + PointBytes);
        if (size > ForestSizeBytesMax)
        {
            throw SqlErrors.At(call.Text, call.Token, "The forest would take too much memory",
                $"It would take about {size >> 20} MiB, and may take {ForestSizeBytesMax >> 20}.",
                "Let it have fewer trees, smaller samples, fewer columns or a smaller shingle.");
        }
    }
}
