using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>HOTSPOTS: each row with the hotspots of the latest rows, itself among them.</summary>
/// <remarks>A row with a NULL among its numbers is near to none.</remarks>
internal sealed class HotspotsFunction : TableFunction
{
    private readonly SchemaColumn[] _columns;
    private readonly int[] _slots;
    private readonly double[] _point;
    private readonly RowBuffer _row;
    private readonly ByteBuffer _bytes = new();
    private readonly HotspotWindow _window;

    private HotspotsFunction(TableFunctionCall call)
    {
        var arguments = new FunctionArguments(
            call, 3, "windowSize", "scanRadius", "minimumNumberOfPointsInAHotspot");
        var size = arguments.Whole(0, HotspotWindow.WindowMin, HotspotWindow.WindowMax);
        var radius = arguments.Positive(1);
        var least = arguments.Whole(2, 2, size);
        _slots = arguments.NumericColumns(HotspotWindow.ColumnsMax);
        _columns = arguments.ColumnsWith(new SchemaColumn("HOTSPOTS_RESULT", SqlDataType.Of(SqlType.Text)));
        _point = new double[_slots.Length];
        _row = new RowBuffer(_columns.Length);
        _window = new HotspotWindow(_slots.Length, size, radius, least);
    }

    public override IReadOnlyList<SchemaColumn> Columns => _columns;

    public override long SizeBytes => _window.SizeBytesMax;

    public static HotspotsFunction Make(TableFunctionCall call) => new(call);

    public override void Take(RowBuffer row, RowSink next)
    {
        for (var index = 0; index < _slots.Length; index++)
        {
            var value = row[_slots[index]];
            _point[index] = value.IsNumeric ? value.Number : double.NaN;
        }

        _window.Add(_point);
        _bytes.Clear();
        _window.Write(_bytes);
        _row.Begin(row.Rowtime);
        _row.ShareFrom(row);
        _row.Set(row.ColumnCount, SqlValue.Of(_bytes.Written));
        next.Take(_row);
    }

    public override void Save(ByteBuffer output) => FunctionState.Save(_window, _bytes, output);

    public override void Load(ref StateReader reader) => FunctionState.Load(_window, ref reader);
}
