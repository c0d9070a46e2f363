using System.Net.Http.Headers;
using System.Text;
using Parley.Dialects.Forms;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Tests.Forms;

public sealed class RequestFormTests
{
    private const string Model = "Content-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1";
    private const string File = "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n\0\r\n\u0001--b\r\nRIFF";

    [Fact]
    public void Scan_FormOfAClient_FindsItsFields()
    {
        var body = Form(File, Model, "Content-Disposition: form-data; name=\"stream\"\r\n\r\ntrue", "content-disposition: FORM-DATA; name=language\r\n\r\nen");
        Assert.Equal(default, RequestForm.Scan(body, Boundary, out var form));
        Assert.Equal(("whisper-1", "true", false), (Text(body, form.Model), Text(body, form.Stream), form.HasChoice));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a longer name than before")]
    public void WriteTo_OtherModel_ChangesNothingElse(string given)
    {
        var body = Form(File, $"Content-Disposition: form-data; name=\"model\"\r\n\r\n{given}", "Content-Disposition: form-data; name=\"prompt\"\r\n\r\nmodel");
        Assert.Equal(default, RequestForm.Scan(body, Boundary, out var form));
        Assert.Equal(Form(File, "Content-Disposition: form-data; name=\"model\"\r\n\r\nnew", "Content-Disposition: form-data; name=\"prompt\"\r\n\r\nmodel"), Written(body, form, "new"));
    }

    [Fact]
    public void WriteTo_FormWithoutModel_AddsOneInFront()
    {
        var body = Form(File);
        Assert.Equal(default, RequestForm.Scan(body, Boundary, out var form));
        Assert.Null(form.Model);
        Assert.Equal(Form("Content-Disposition: form-data; name=\"model\"\r\n\r\nnew", File), Written(body, form, "new"));
    }

    public static TheoryData<string, FormFaultKind> Refused() => new()
    {
        // What another parser may read in another way than this one.
        { "", FormFaultKind.NoBoundary },
        { "\r\n--bound\r\n" + Model + "\r\n--bound--", FormFaultKind.NoBoundary },
        { "preamble\r\n--bound\r\n" + Model + "\r\n--bound--", FormFaultKind.NoBoundary },
        { "--bound\n" + Model + "\n--bound--", FormFaultKind.BadPart },
        { "--bound \r\n" + Model + "\r\n--bound--", FormFaultKind.BadPart },
        { "--bound\r\n" + Model, FormFaultKind.NoEnd },
        { "--bound", FormFaultKind.NoEnd },
        { "--bound\r\n" + Model + "\r\n--bound", FormFaultKind.NoEnd },
        { "--bound\r\n" + Model + "\r\n--bound--\r\nepilogue", FormFaultKind.NoEnd },
        { "--bound\r\n" + Model + "\r\n--boundary--", FormFaultKind.BadPart },
        { One("Content-Type: text/plain\r\n\r\nx"), FormFaultKind.BadPart },
        { One("\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: attachment; name=\"model\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data; name=\"\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data; name=\"a\"; name=\"model\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data; name=\"a\"; name*=utf-8''model\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data; name=\"mo\\del\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data; filename=\"\\\"; name=\"model\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data;\r\n name=\"model\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition : form-data; name=\"model\"\r\n\r\nx"), FormFaultKind.BadPart },
        { One("Content-Disposition: form-data; name=\"mo\ndel\"\r\n\r\nx"), FormFaultKind.BadPart },
        { "--bound\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--bound--", FormFaultKind.BadPart },
        { One(Model + "\r\n--bound\r\n" + Model), FormFaultKind.DuplicateField },
        { One(Model + "\r\n--bound\r\nContent-Disposition: form-data; name=\"Model\"\r\n\r\nb"), FormFaultKind.DuplicateField },
        { One("Content-Disposition: form-data; name=\"model\"; filename=\"m\"\r\n\r\nx"), FormFaultKind.NotText },
        { One("Content-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: base64\r\n\r\neA=="), FormFaultKind.NotText },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Scan_WhatParsersReadDifferently_IsRefused(string body, FormFaultKind kind) =>
        Assert.Equal(kind, RequestForm.Scan(Bytes(body), Boundary, out _).Kind);

    [Fact]
    public void Scan_MorePartsThanFields_IsRefused()
    {
        var part = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";
        Assert.Equal(FormFaultKind.None, RequestForm.Scan(Form([.. Enumerable.Repeat(part, RequestForm.MostParts)]), Boundary, out _).Kind);
        Assert.Equal(FormFaultKind.TooManyParts, RequestForm.Scan(Form([.. Enumerable.Repeat(part, RequestForm.MostParts + 1)]), Boundary, out _).Kind);
    }

    [Fact]
    public void Scan_HeadWithoutEnd_IsRefusedWithoutReadingOn()
    {
        var body = Bytes("--bound\r\nContent-Disposition: form-data; name=\"" + new string('a', 10_000_000) + "\"\r\n\r\nx\r\n--bound--");
        Assert.Equal(FormFaultKind.BadPart, RequestForm.Scan(body, Boundary, out _).Kind);
    }

    [Fact]
    public void Scan_HasOwnFields_SaysSo()
    {
        foreach (var name in (string[])["deployment", "endpoint"])
        {
            Assert.Equal(default, RequestForm.Scan(Form(Model, $"Content-Disposition: form-data; name=\"{name}\"\r\n\r\nx"), Boundary, out var form));
            Assert.True(form.HasChoice);
        }
    }

    // The framework writes forms of random fields; every one is read back, and spliced to what it would have written with the other model.
    [Fact]
    public async Task WriteTo_RandomFormsOfTheFramework_IsWhatItWouldHaveWritten()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var (before, after) = (new MultipartFormDataContent("bound"), new MultipartFormDataContent("bound"));
            var (own, other) = (Name(random), Name(random));
            var place = random.Next(5);
            for (var part = 0; part < 5; part++)
            {
                if (part == place)
                {
                    before.Add(new StringContent(own), "model");
                    after.Add(new StringContent(other), "model");
                }

                var bytes = new byte[random.Next(2000)];
                random.NextBytes(bytes);
                // Nearly a boundary now and then.
                if (bytes.Length > 20) "\r\n--boun\0"u8.CopyTo(bytes.AsSpan(random.Next(bytes.Length - 9)));
                var (name, file) = (Name(random) + "_", Name(random) + ".ünï; name=x");
                before.Add(new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, name, file);
                after.Add(new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, name, file);
            }

            var body = await before.ReadAsByteArrayAsync();
            var fault = RequestForm.Scan(body, Boundary, out var form);
            Assert.True(fault == default, $"seed {seed}, round {round}: {fault} in {Encoding.Latin1.GetString(body)}");
            Assert.Equal(own, Text(body, form.Model));
            Assert.True((await after.ReadAsByteArrayAsync()).SequenceEqual(Written(body, form, other)), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Scan_DamagedForms_NeverThrowsNorReadsBeyondTheBody()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var whole = Form(File, Model, "Content-Disposition: form-data; name=\"stream\"\r\n\r\ntrue");
        for (var round = 0; round < 20_000; round++)
        {
            var body = whole[..random.Next(whole.Length + 1)];
            for (var edits = random.Next(4); edits > 0 && body.Length > 0; edits--) body[random.Next(body.Length)] = "\r\n-b\"\\;=: \0m"u8.ToArray()[random.Next(12)];
            if (RequestForm.Scan(body, Boundary, out var form) != default) continue;
            var spliced = Written(body, form, "other");
            Assert.True(RequestForm.Scan(spliced, Boundary, out var again) == default && Text(spliced, again.Model) == "other", $"seed {seed}, round {round}");
        }
    }

    private static byte[] Boundary => [.. "bound"u8];

    private static string Name(Random random) => new([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => "abcdefghij-./0123"[random.Next(17)])]);

    private static string One(string part) => $"--bound\r\n{part}\r\n--bound--\r\n";

    private static byte[] Form(params string[] parts) => Bytes(string.Concat(parts.Select(part => $"--bound\r\n{part}\r\n")) + "--bound--\r\n");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[] body, ByteRange? range) => range is { } value ? Encoding.UTF8.GetString(value.Of(body)) : null;

    private static byte[] Written(byte[] body, RequestForm form, string model)
    {
        var written = new byte[form.LengthWith(body, Bytes(model))];
        form.WriteTo(body, Bytes(model), written);
        return written;
    }
}
