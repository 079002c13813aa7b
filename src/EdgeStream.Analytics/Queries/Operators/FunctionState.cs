using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A stream function's state within a query's: its length as i32 and what the function writes.</summary>
internal static class FunctionState
{
    public static void Save(IStreamFunction function, ByteBuffer scratch, ByteBuffer output)
    {
        scratch.Clear();
        scratch.Advance(function.Save(scratch.GetSpan(function.SavedBytesMax)));
        output.AppendInt32(scratch.Length);
        output.Append(scratch.Written);
    }

    public static void Load(IStreamFunction function, ref StateReader reader)
    {
        if (!function.TryLoad(reader.ReadBytes(reader.ReadInt32())))
        {
            reader.Break();
        }
    }
}
