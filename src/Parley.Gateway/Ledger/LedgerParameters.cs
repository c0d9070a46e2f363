using System.Buffers.Text;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ledger;

/// <summary>Reads the queries' parameters. The first that is wrong is named, with what would be right.</summary>
internal static class LedgerParameters
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(30);

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>Reads <c>from, to, groupBy</c>; null and the reason when one is wrong. Without a period: the last 30 days, by model.</summary>
    public static UsageQuery? Usage(IQueryCollection query, DateTimeOffset now, out LedgerError? error)
    {
        if (!TryPeriod(query, now, now - DefaultPeriod, out var from, out var to, out error)) return null;
        UsageGrouping? groupBy = Text(query, "groupBy") switch
        {
            null or "model" => UsageGrouping.Model,
            "key" => UsageGrouping.Key,
            "provider" => UsageGrouping.Provider,
            _ => null,
        };
        if (groupBy is { } grouping) return new UsageQuery(from, to, grouping);
        error = Invalid("groupBy", "Usage is grouped by model, key or provider.");
        return null;
    }

    /// <summary>Reads the parameters of <c>/admin/requests</c>; null and the reason when one is wrong.</summary>
    public static RequestQuery? Requests(IQueryCollection query, DateTimeOffset now, out LedgerError? error)
    {
        if (!TryPeriod(query, now, DateTimeOffset.UnixEpoch, out var from, out var to, out error)) return null;
        var before = Ulid.Floor(to);
        if (Text(query, "cursor") is { } cursor)
        {
            if (!TryCursor(cursor, out var last)) return Refuse("cursor", "The cursor is not one of ours: pass it as the previous page gave it.", out error);
            if (last < before) before = last;
        }

        Ulid? requestId = null;
        if (Text(query, "requestId") is { } id)
        {
            if (!Ulid.TryParse(id, out var parsed)) return Refuse("requestId", "A request id has 26 characters (the answer's x-request-id).", out error);
            requestId = parsed;
        }

        (int, int)? status = null;
        if (Text(query, "status") is { } text)
        {
            if (!TryStatus(text, out var range)) return Refuse("status", "A status is a number from 100 to 599, or a class such as 4xx.", out error);
            status = range;
        }

        var limit = DefaultLimit;
        if (Text(query, "limit") is { } count &&
            (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            return Refuse("limit", "The limit is a number from 1 to 1000.", out error);
        }

        return new RequestQuery
        {
            From = Ulid.Floor(from),
            Before = before,
            Model = Text(query, "model"),
            Key = Text(query, "key"),
            Status = status,
            RequestId = requestId,
            Limit = limit,
        };
    }

    /// <summary>The cursor behind a request.</summary>
    public static string Cursor(Ulid last)
    {
        Span<byte> bytes = stackalloc byte[16];
        last.WriteBytes(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    private static bool TryCursor(string text, out Ulid last)
    {
        Span<byte> bytes = stackalloc byte[16];
        last = default;
        if (text.Length != 22 || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != 16) return false;
        last = Ulid.FromBytes(bytes);
        return true;
    }

    private static bool TryPeriod(
        IQueryCollection query, DateTimeOffset now, DateTimeOffset earliest, out DateTimeOffset from, out DateTimeOffset to, out LedgerError? error)
    {
        error = null;
        from = earliest;
        // One millisecond on, so that what has just been answered is in.
        to = now + TimeSpan.FromMilliseconds(1);
        if (Text(query, "from") is { } start && !TryTime(start, endOfDay: false, out from)) error = InvalidTime("from");
        else if (Text(query, "to") is { } end && !TryTime(end, endOfDay: true, out to)) error = InvalidTime("to");
        else if (from > to && Text(query, "to") is not null && Text(query, "from") is null) from = to - DefaultPeriod;
        else if (from > to) error = Invalid("from", "The period begins after its end.");
        return error is null;
    }

    // A date alone is a day in UTC: as the end of a period it is meant to be in it.
    private static bool TryTime(string text, bool endOfDay, out DateTimeOffset time)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, Utc, out time))
        {
            if (endOfDay && time.Year < 9999) time = time.AddDays(1);
            return true;
        }

        // An offset's plus sign that was not escaped arrives as a space.
        return DateTimeOffset.TryParseExact(text.Replace(' ', '+'), Formats, CultureInfo.InvariantCulture, Utc, out time);
    }

    private static bool TryStatus(string text, out (int From, int To) range)
    {
        range = default;
        if (text.Length != 3 || text[0] is < '1' or > '5') return false;
        var hundreds = (text[0] - '0') * 100;
        if (text.AsSpan(1) is "xx") range = (hundreds, hundreds + 99);
        else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var exact)) range = (exact, exact);
        else return false;
        return true;
    }

    private static string? Text(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

    private static RequestQuery? Refuse(string path, string message, out LedgerError? error)
    {
        error = Invalid(path, message);
        return null;
    }

    private static LedgerError InvalidTime(string path) => Invalid(path, "A time is ISO 8601: 2026-11-21, or 2026-11-21T09:30:00Z.");

    private static LedgerError Invalid(string path, string message) => new("invalid_parameter", message, path);
}
