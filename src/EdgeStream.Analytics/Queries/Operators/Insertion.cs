using System.Text;

namespace EdgeStream.Analytics;

/// <summary>Inserts the rows of a pump into its stream: values become what the columns are declared as.</summary>
/// <remarks>A row with a value that does not fit goes to the error stream as a whole.</remarks>
internal sealed class Insertion(QueryContext context, InsertionPlan plan, string pump, InApplicationStream target)
    : RowSink
{
    private readonly RowBuffer _row = new(plan.Sources.Count);

    public override void Take(RowBuffer row)
    {
        _row.Begin(row.Rowtime);
        for (var slot = 0; slot < plan.Sources.Count; slot++)
        {
            var source = plan.Sources[slot];
            if (source < 0)
            {
                _row.SetNull(slot);
            }
            else if (!context.Evaluator.TryConvert(
                _row, slot, row[source], target.Schema.Columns[slot].Type, plan.SourceTypes[source]))
            {
                Refuse(row, source, slot);
                return;
            }
        }

        target.Take(_row);
    }

    private void Refuse(RowBuffer row, int source, int slot)
    {
        var text = new StringBuilder();
        RowText.Append(text, row[source]);
        var data = new StringBuilder();
        for (var index = 0; index < row.ColumnCount; index++)
        {
            data.Append(index == 0 ? "" : ",");
            RowText.Append(data, row[index]);
        }

        var column = target.Schema.Columns[slot];
        context.Errors.Report(
            ErrorNames.Coercion,
            $"'{text}' does not fit into column {column.Name} {column.Type} of stream {target.Schema.Name}.",
            context.Clock.Now,
            row.Rowtime,
            Encoding.UTF8.GetBytes(data.ToString()),
            pump);
    }
}
