//! The words of an item's pictures in the editor.

use sadu_domain::lang::Lang;

use super::words::lexicon;

lexicon! {
    /// Words of the pictures' part of the editor.
    Picturing {
        heading: "الصور", "Pictures";
        add: "أضف صوراً", "Add pictures";
        drop: "أو أفلتها هنا", "or drop them here";
        limits: "JPEG أو PNG أو WebP، حتى 15 ميغابايت للصورة", "JPEG, PNG or WebP, up to 15 MB each";
        choose: "اختر صورة من جهازك", "Choose a picture on your device";
        send: "ارفع الصورة", "Send the picture";
        none: "لا صور بعد. تظهر الأولى في القوائم.", "No pictures yet. The first one is shown in lists.";
        alt: "ماذا تُظهر الصورة؟", "What does it show?";
        alt_hint: "لمن لا يراها: جملة قصيرة", "For those who cannot see it: a short sentence";
        save: "حفظ الوصف", "Save the text";
        up: "إلى الأمام", "Move earlier";
        down: "إلى الخلف", "Move later";
        remove: "حذف", "Delete";
        undo: "تراجع", "Undo";
        removed: "حُذفت الصورة.", "The picture was deleted.";
        pending: "تُجهَّز الصورة…", "Being prepared…";
        hidden: "لا تظهر للزوار قبل وصفها باللغتين", "Not shown before it is described in both languages";
        sending: "يُرفع", "Sending";
        failed: "لم تُرفع", "Not sent";
        again: "حاول من جديد", "Try again";
    }
}
