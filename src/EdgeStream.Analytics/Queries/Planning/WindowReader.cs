using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Reads what a window is, following names of the WINDOW clause.</summary>
internal sealed class WindowReader(string text, IReadOnlyList<NamedWindowSyntax> named)
{
    /// <summary>The keys, whether rows are counted, and how far the window reaches back.</summary>
    public (IReadOnlyList<Syntax> Partition, bool IsRows, long Preceding) Read(WindowSyntax window)
    {
        var partition = window.Partition;
        var frame = window.Frame;
        var order = window.Order;
        var name = window.Name;
        for (var depth = 0; name is { } wanted; depth++)
        {
            var found = named.FirstOrDefault(other => other.Name.Value == wanted.Value)
                ?? throw SqlErrors.At(text, wanted, $"There is no window {wanted.Value}", null,
                    "Define it behind the query: WINDOW w AS (RANGE INTERVAL '1' MINUTE PRECEDING).");
            if (depth > named.Count)
            {
                throw SqlErrors.At(text, wanted, $"Window {wanted.Value} is defined by itself");
            }

            partition = partition.Count > 0 ? partition : found.Window.Partition;
            order = order.Count > 0 ? order : found.Window.Order;
            frame ??= found.Window.Frame;
            name = found.Window.Name;
        }

        if (order.Count > 1
            || (order.Count == 1 && (order[0].IsDescending || order[0].Expression is not NameSyntax column
                || !column.Parts[^1].Is("ROWTIME"))))
        {
            throw SqlErrors.At(text, order[0].Token, "A window of a stream is in the order of ROWTIME", null,
                "Leave ORDER BY out.");
        }

        return frame is null
            ? throw SqlErrors.At(text, window.Token, "The window has no bounds", null,
                "Say how far it reaches: RANGE INTERVAL '1' MINUTE PRECEDING, or ROWS 10 PRECEDING.")
            : (partition, frame.IsRows, Preceding(frame));
    }

    private long Preceding(FrameSyntax frame)
    {
        if (frame.Following is not null)
        {
            throw SqlErrors.At(text, frame.Token, "A window ends with the current row", null,
                "Write RANGE INTERVAL '1' MINUTE PRECEDING.");
        }

        return frame.IsUnbounded ? long.MaxValue
            : frame.Preceding is null ? 0
            : frame.IsRows ? Constants.Count(text, frame.Preceding)
            : Constants.Span(text, frame.Preceding);
    }
}
